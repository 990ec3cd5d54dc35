import { refuseSummary, type SummaryRefusal } from './summary-refusal.ts';

/** When something was verified, and how old that may be. */
export interface SummaryAge {
  /** What the summary says of itself. */
  readonly timeVerified: Date;
  /** The proven times of its signature, the earliest first; empty where nothing proves any. */
  readonly signedAt: readonly Date[];
  readonly maxAgeMs: number;
  readonly nowMs: number;
}

const maxSkewMs = 5 * 60_000; // two machines that keep the time by NTP differ by less than a second

/**
 * Tells why a summary is not of the right age, or returns nothing. What it says of itself is its signer's word; where a
 * log or a timestamp authority proves a time, that must be within the age too, or an old key could date a new summary.
 */
export function refuseAge({ timeVerified, signedAt, maxAgeMs, nowMs }: SummaryAge): SummaryRefusal | undefined {
  const [proven] = signedAt;
  const times = [timeVerified, ...(proven === undefined ? [] : [proven])];
  const oldest = new Date(Math.min(...times.map((time) => time.getTime())));
  const newest = new Date(Math.max(...times.map((time) => time.getTime())));
  // Negated, so that a clock that tells no time accepts nothing.
  if (!(newest.getTime() <= nowMs + maxSkewMs)) {
    return refuseSummary('SUMMARY_FROM_THE_FUTURE', `is of ${newest.toISOString()}, and it is ${textOf(nowMs)} now`);
  }
  if (!(nowMs - oldest.getTime() <= maxAgeMs)) {
    const hours = Math.round(maxAgeMs / 3_600_000);
    return refuseSummary('SUMMARY_TOO_OLD', `is of ${oldest.toISOString()}, and at ${textOf(nowMs)} that is more than ${hours} hours ago`);
  }
  return undefined;
}

function textOf(timeMs: number): string {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : 'no time';
}
