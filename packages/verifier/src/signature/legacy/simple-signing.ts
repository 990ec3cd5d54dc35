import { isJsonObject, readJsonObject } from '@release-capsule/oci';
import { type Digest, quote, simpleSigningType } from '@release-capsule/schema';
import { refuse, type Refusal } from '../refusal.ts';

/** What an older signature of cosign is over. */
export interface SimpleSigning {
  readonly kind: 'simple-signing';
  /** The manifest that was signed, as the signer wrote it. */
  readonly digest: string;
  /** Where the signer found it: an image may be copied, so it decides nothing. */
  readonly reference?: string;
}

/**
 * Parses the payload of an older signature of cosign.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Payload"; containers/image, docs/containers-signature.5.md.
 */
export function parseSimpleSigning(payload: Uint8Array): SimpleSigning | Refusal {
  const critical = readJsonObject(payload)?.['critical'];
  if (!isJsonObject(critical)) return refuse('SIGNATURE_MALFORMED', 'is over no simple signing payload');
  const { type, image, identity } = critical;
  if (type !== simpleSigningType) {
    return refuse('SIGNATURE_MALFORMED', `is of the type ${quote(String(type))}, wanted ${quote(simpleSigningType)}`);
  }
  const digest = isJsonObject(image) ? image['docker-manifest-digest'] : undefined;
  if (typeof digest !== 'string') return refuse('SIGNATURE_MALFORMED', 'is over a payload that names no manifest');
  const reference = isJsonObject(identity) ? identity['docker-reference'] : undefined;
  return { kind: 'simple-signing', digest, ...(typeof reference === 'string' && reference !== '' && { reference }) };
}

/** Tells why a payload is not the signature of `digest`, or returns nothing. */
export function refuseSimpleSigning({ digest }: SimpleSigning, wanted: Digest): Refusal | undefined {
  return digest === wanted ? undefined : refuse('SIGNATURE_OTHER_SUBJECT', `is of ${quote(digest)}, wanted ${wanted}`);
}
