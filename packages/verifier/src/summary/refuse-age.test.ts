import { describe, expect, it } from 'vitest';
import { refuseAge } from './refuse-age.ts';

const hourMs = 3_600_000;
const nowMs = Date.parse('2026-03-04T11:00:00Z');
const at = (hours: number): Date => new Date(nowMs - hours * hourMs);

/** The code for a summary verified `said` hours ago, signed `proven` hours ago, where a day is accepted. */
function codeFor(said: number, ...proven: readonly number[]): string | undefined {
  return refuseAge({ timeVerified: at(said), signedAt: proven.map(at), maxAgeMs: 24 * hourMs, nowMs })?.code;
}

describe('the age of a summary', () => {
  it('is what it says of itself where nothing proves a time', () => {
    expect([codeFor(0), codeFor(24), codeFor(24.01)]).toEqual([undefined, undefined, 'SUMMARY_TOO_OLD']);
  });

  it('is that of its signature where that is proven to be older', () => {
    expect([codeFor(1, 2), codeFor(1, 25), codeFor(1, 25, 1)]).toEqual([undefined, 'SUMMARY_TOO_OLD', 'SUMMARY_TOO_OLD']);
  });

  it('is not made younger by a signature that was made anew', () => {
    expect(codeFor(25, 1)).toBe('SUMMARY_TOO_OLD');
  });

  it('may be ahead of the clock by as much as clocks differ, and no more', () => {
    expect([codeFor(-0.05), codeFor(-0.1), codeFor(1, -0.1)]).toEqual([undefined, 'SUMMARY_FROM_THE_FUTURE', 'SUMMARY_FROM_THE_FUTURE']);
  });
});
