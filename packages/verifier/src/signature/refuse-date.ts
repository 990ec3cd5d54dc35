import type { PolicySigner } from '../policy/policy.ts';
import type { CountedSignature } from './counted-signature.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Tells why a signer did not count when it signed, or returns nothing. Without a proven time, now is when. */
export function refuseDate({ signer, signedAt }: Pick<CountedSignature, 'signer' | 'signedAt'>, nowMs: number): Refusal | undefined {
  const { notBeforeMs, notAfterMs } = signer;
  const times = signedAt.length === 0 ? [nowMs] : signedAt.map((time) => time.getTime());
  // Negated, so that a clock that is broken lets no signature through.
  if (notAfterMs !== undefined && !times.every((time) => time <= notAfterMs)) {
    return refuse('SIGNATURE_EXPIRED', `is not trusted: ${stoppedTrusting(signer, notAfterMs)}`);
  }
  if (notBeforeMs !== undefined && !times.every((time) => time >= notBeforeMs)) {
    return refuse('SIGNATURE_TOO_EARLY', `is not trusted: ${trustsFrom(signer, notBeforeMs)}`);
  }
  return undefined;
}

/** Says until when the policy trusts a signer: on which day, or at what time where that is not its last moment. */
export function stoppedTrusting({ kind }: PolicySigner, notAfterMs: number): string {
  return `the policy stopped trusting this ${nouns[kind]} on ${dayOrTime(notAfterMs)}`;
}

/** Says from when on the policy trusts a signer. */
export function trustsFrom({ kind }: PolicySigner, notBeforeMs: number): string {
  return `the policy trusts this ${nouns[kind]} from ${dayOrTime(notBeforeMs)} on`;
}

const nouns: Readonly<Record<PolicySigner['kind'], string>> = { key: 'key', keyless: 'identity' };

function dayOrTime(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}
