import { expect, test } from 'vitest';
import { repeat } from './repeat.ts';

const never = { everyMs: 3_600_000, onProblem: () => undefined };

test('what is asked for while it is being done is done once more, for all who ask', async () => {
  const ends: (() => void)[] = [];
  const repeated = repeat(() => new Promise<void>((resolve) => ends.push(resolve)), never);
  const first = repeated.now();
  await Promise.resolve();
  const later = [repeated.now(), repeated.now()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect(await first).toBe(true);
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();

  expect(await Promise.all(later)).toEqual([true, true]);
  expect(ends).toHaveLength(2);
  repeated.stop();
  expect(await repeated.now()).toBe(true);
  expect(ends).toHaveLength(2);
});

test('what fails is told, and is tried again', async () => {
  const problems: unknown[] = [];
  let fails = true;
  const act = (): Promise<void> => (fails ? Promise.reject(new Error('torn')) : Promise.resolve());
  const repeated = repeat(act, { ...never, onProblem: (error) => problems.push(error) });

  expect(await repeated.now()).toBe(false);
  fails = false;
  expect(await repeated.now()).toBe(true);
  expect(problems).toEqual([new Error('torn')]);
  repeated.stop();
});
