import type { RefutedCode, UnknownCode } from '../findings/finding-code.ts';

/** The codes by which a summary can fail. */
export type SummaryRefusalCode = Extract<RefutedCode, `SUMMARY_${string}`>;

/** The codes by which looking for summaries can fail. */
export type SummaryFailureCode = Extract<UnknownCode, `SUMMARY_${string}`>;

/** Why a summary does not hold. A value, not an error: the next one may, and else the release is judged without. */
export interface SummaryRefusal {
  readonly kind: 'summary-refusal';
  readonly code: SummaryRefusalCode;
  /** One clause for people, about "the summary"; texts from outside in it are quoted. */
  readonly message: string;
}

/** Makes a refusal of a summary. */
export function refuseSummary(code: SummaryRefusalCode, message: string): SummaryRefusal {
  return { kind: 'summary-refusal', code, message };
}
