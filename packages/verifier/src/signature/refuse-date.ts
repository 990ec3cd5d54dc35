import { refuse, type Refusal } from './refusal.ts';
import type { SignedBy } from './signed-by.ts';

/** Tells why a signer did not count when it signed, or returns nothing. Without a proven time, now is when. */
export function refuseDate({ signer, signedAt }: Pick<SignedBy, 'signer' | 'signedAt'>, nowMs: number): Refusal | undefined {
  const { notBeforeMs, notAfterMs } = signer;
  const times = signedAt.length === 0 ? [nowMs] : signedAt.map((time) => time.getTime());
  // Negated, so that a clock that tells no time lets nobody in.
  if (notAfterMs !== undefined && !times.every((time) => time <= notAfterMs)) {
    return refuse('SIGNATURE_EXPIRED', `is by a signer that counted until ${new Date(notAfterMs).toISOString()}`);
  }
  if (notBeforeMs !== undefined && !times.every((time) => time >= notBeforeMs)) {
    return refuse('SIGNATURE_TOO_EARLY', `is by a signer that counts from ${new Date(notBeforeMs).toISOString()}`);
  }
  return undefined;
}
