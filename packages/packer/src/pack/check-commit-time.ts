import { checkTime, formatTimestamp } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { SourcePackage } from '../source/source.ts';

const maxSecondsAhead = 600; // clocks of build machines differ by less

/**
 * Refuses a commit from the future: it would stay the newest for every consumer that sorts by time.
 * @throws {SchemaError} `TIME_INVALID` where the archive cannot hold the time; {PackError} `COMMIT_IN_FUTURE`.
 */
export function checkCommitTime({ committedAt, commit }: SourcePackage, now: Date): void {
  checkTime(committedAt);
  if (committedAt <= now.getTime() / 1000 + maxSecondsAhead) return;
  const message = `commit ${commit} is of ${formatTimestamp(committedAt)}, more than ten minutes ahead of the clock`;
  throw new PackError('COMMIT_IN_FUTURE', message, { hint: 'Correct the clock, or commit again with a correct one.' });
}
