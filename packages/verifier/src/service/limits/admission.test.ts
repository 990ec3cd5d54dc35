import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const never = new AbortController().signal;

test('as many run as may, the next wait in their order, and the rest are turned away', async () => {
  const admission = new Admission({ maxRunning: 2, maxQueued: 2, maxWaitMs: 1000 });
  const ended: number[] = [];
  const run = (at: number): Promise<void> => admission.run(async () => void (await sleep(20), ended.push(at)), never);
  const taken = [1, 2, 3, 4].map(run);

  expect({ running: admission.running, queued: admission.queued }).toEqual({ running: 2, queued: 2 });
  await expect(run(5)).rejects.toMatchObject({ code: 'BUSY', status: 429, headers: { 'retry-after': '2' } });
  await Promise.all(taken);
  expect(ended).toEqual([1, 2, 3, 4]);
  expect({ running: admission.running, queued: admission.queued }).toEqual({ running: 0, queued: 0 });
});

test('whoever waits too long is turned away, and whoever goes leaves the queue', async () => {
  const admission = new Admission({ maxRunning: 1, maxQueued: 2, maxWaitMs: 30 });
  const gone = new AbortController();
  const held = admission.run(() => sleep(200), never);
  const late = admission.run(() => sleep(0), never);
  const left = admission.run(() => sleep(0), gone.signal);
  gone.abort(new Error('gone'));

  await expect(left).rejects.toThrow('gone');
  await expect(late).rejects.toMatchObject({ code: 'BUSY' });
  await held;
  await expect(admission.run(() => Promise.resolve(7), never)).resolves.toBe(7);
});

test('work that fails gives its place back', async () => {
  const admission = new Admission({ maxRunning: 1, maxQueued: 0, maxWaitMs: 30 });
  await expect(admission.run(() => Promise.reject(new Error('failed')), never)).rejects.toThrow('failed');

  expect(admission.running).toBe(0);
});
