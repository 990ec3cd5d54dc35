import type { RefutedCode } from '../findings/finding-code.ts';

/** The codes by which one provenance, or all of them, can fail. */
export type ProvenanceRefusalCode = Extract<RefutedCode, `PROVENANCE_${string}`>;

/** Why a provenance does not count. The next one may. */
export interface ProvenanceRefusal {
  readonly kind: 'provenance-refusal';
  readonly code: ProvenanceRefusalCode;
  /** One clause for people, about "the provenance"; texts from outside in it are quoted. */
  readonly message: string;
}

/** Makes a refusal. */
export function refuseProvenance(code: ProvenanceRefusalCode, message: string): ProvenanceRefusal {
  return { kind: 'provenance-refusal', code, message };
}
