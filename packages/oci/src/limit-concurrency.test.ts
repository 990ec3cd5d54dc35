import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limitConcurrency } from './limit-concurrency.ts';

it('never runs more than permitted, runs all in order, and survives failures', async () => {
  const limit = limitConcurrency(3);
  let running = 0;
  let most = 0;
  const started: number[] = [];
  const work = async (number: number): Promise<number> => {
    started.push(number);
    most = Math.max(most, (running += 1));
    await sleep(number % 4);
    running -= 1;
    if (number % 5 === 0) throw new Error(`${number}`);
    return number;
  };

  const results = await Promise.allSettled(Array.from({ length: 30 }, (_, number) => limit(() => work(number))));

  expect(most).toBe(3);
  expect(started).toEqual(Array.from({ length: 30 }, (_, number) => number));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(6);
});
