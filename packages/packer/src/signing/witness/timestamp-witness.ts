import { createHash } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { askService, type ServiceRequest, serviceRefused } from '../service/ask-service.ts';
import { servicePath } from '../service/service-url.ts';
import type { Testimony, Witness } from '../witness.ts';
import type { WitnessOptions } from './log-request.ts';
import { signedContent } from './signed-content.ts';

const service = 'the timestamp authority';
const maxAnswerBytes = 64 * 1024; // a timestamp with its certificate chain has some five thousand

// TimeStampReq: version 1, SHA-256 as the imprint's algorithm. What follows are its 32 bytes and certReq TRUE.
const requestHead = Buffer.from('30390201013031300d060960864801650304020105000420', 'hex');
const certificatesWanted = Buffer.from('0101ff', 'hex');

/**
 * Asks an RFC 3161 timestamp authority to witness when a signature was there. No nonce is sent: the imprint is of a
 * signature that nobody has seen before, so that no older answer fits it.
 * Source: RFC 3161, sections 2.4 and 3.4.
 */
export function timestampWitness({ url, signal }: WitnessOptions): Witness {
  return {
    kind: 'timestamp',
    async testify(content: Bundle['content'], verifierPem: string): Promise<Testimony> {
      const { signature } = signedContent(content, verifierPem);
      return { rfc3161Timestamps: [{ signedTimestamp: await requestTimestamp(signature, { url, signal }) }] };
    },
  };
}

async function requestTimestamp(signature: Uint8Array, { url, signal }: WitnessOptions): Promise<Buffer> {
  const imprint = createHash('sha256').update(signature).digest();
  const request: ServiceRequest = {
    service,
    method: 'POST',
    url: url.pathname === '/' ? servicePath(url, 'api/v1/timestamp') : url, // where Sigstore's own authority answers
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: Buffer.concat([requestHead, imprint, certificatesWanted]),
    maxBytes: maxAnswerBytes,
    signal,
  };
  const answer = await askService(request);
  if (answer.status >= 400) throw serviceRefused(request, answer, 'Check that the address is the full one of an RFC 3161 service.');
  const bytes = Buffer.from(answer.bytes);
  const { checkTimestamp } = await import('./check-timestamp.ts');
  checkTimestamp(bytes, signature);
  return bytes;
}
