import { RFC3161Timestamp } from '@sigstore/core';
import { PackError } from '../../errors.ts';
import { rejected } from '../service/json-answer.ts';

/**
 * Checks that an authority's answer grants a timestamp, and of this signature. Whether the authority may be believed is
 * for the trusted root to say. Import this file lazily: it loads the parser of ASN.1.
 * Source: RFC 3161, section 2.4.2.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function checkTimestamp(answer: Uint8Array, signature: Uint8Array): void {
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(answer));
    if (timestamp.status > 1n) throw rejected(`the timestamp authority granted nothing: its status is ${timestamp.status}`);
    timestamp.tstInfo.verify(Buffer.from(signature));
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw rejected('the timestamp authority answered with no timestamp of the signature', cause);
  }
}
