import type { RefutedCode } from '../findings/finding-code.ts';

/** The codes by which one signature, or all of them, can fail. */
export type SignatureRefusalCode = Extract<RefutedCode, `SIGNATURE_${string}`>;

/** Why a signature does not count. A value, not an error: the next signature may. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: SignatureRefusalCode;
  /** One clause for people, about "the signature"; texts from outside in it are quoted. */
  readonly message: string;
}

/** Makes a refusal. */
export function refuse(code: Refusal['code'], message: string): Refusal {
  return { kind: 'refusal', code, message };
}
