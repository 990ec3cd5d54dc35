import type { Comparison } from './measure.ts';
import type { Spread } from './spread.ts';
import { ChildTimeout } from './start-child.ts';

/** What is hoped for: that the median ratio is at most this. */
export interface Aim {
  readonly atMost: number;
  /** In words, where a number does not say it. */
  readonly text?: string;
}

/** Both sides of a comparison, named. */
export interface Sides {
  readonly ours: string;
  readonly theirs: string;
}

/** A comparison that was made, or why it could not be. */
export interface Row extends Sides {
  readonly group: string;
  readonly subject: string;
  readonly result?: Result;
  readonly aim?: Aim;
  /** Absent where nothing is aimed at or nothing was measured. */
  readonly isMet?: boolean;
  /** Why there is no result: `not installed: cosign`, `timed out after 300 s: cosign verify`. */
  readonly missing?: string;
}

/** Numbers of both sides in one unit, and their ratio. */
export interface Result {
  readonly unit: 'ms' | 'requests' | 'MiB' | '/s';
  readonly ours: Spread;
  readonly theirs: Spread;
  readonly ratio: Spread;
  readonly cpuRatio?: Spread;
}

/** What a row is about. */
export type Heading = Pick<Row, 'group' | 'subject' | 'ours' | 'theirs' | 'aim'>;

/** Makes a row of a result, judged by its aim. */
export function measuredRow(heading: Heading, result: Result): Row {
  const { aim } = heading;
  return { ...heading, result, ...(aim !== undefined && { isMet: result.ratio.median <= aim.atMost }) };
}

/** Makes a row of a comparison of times. */
export function timeRow(heading: Heading, comparison: Comparison): Row {
  const { oursMs: ours, theirsMs: theirs, ...ratios } = comparison;
  return measuredRow(heading, { unit: 'ms', ours, theirs, ...ratios });
}

/** Makes the row of a comparison that could not be made: it is shown, never left out. */
export function missingRow(heading: Heading, programs: readonly string[]): Row {
  return { ...heading, missing: `not installed: ${programs.join(', ')}` };
}

/** Makes the row of a comparison that has timed out; every other error is thrown on. */
export function timedOutRow(heading: Heading, error: unknown): Row {
  if (error instanceof ChildTimeout) return { ...heading, missing: error.message };
  throw error;
}

/** Makes a row; one whose program does not end before its deadline is shown as that, and the others are still measured. */
export async function rowUnlessTimeout(heading: Heading, measure: () => Promise<Row>): Promise<Row> {
  try {
    return await measure();
  } catch (error) {
    return timedOutRow(heading, error);
  }
}
