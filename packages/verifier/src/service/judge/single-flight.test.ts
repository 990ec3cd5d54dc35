import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SingleFlight, type Work } from './single-flight.ts';

function working<Result>(result: Promise<Result>): Work<Result, undefined> {
  return { result, progress: undefined };
}

test('what several callers ask for at one time is done once; a later call starts it again', async () => {
  const singleFlight = new SingleFlight<number>();
  let begun = 0;
  const start = (): Work<number, undefined> => working(sleep(10).then(() => (begun += 1)));
  const join = (): Promise<number> => singleFlight.join('key', start, { signal: new AbortController().signal });

  expect(await Promise.all([join(), join(), join()])).toEqual([1, 1, 1]);
  expect(await join()).toBe(2);
});

test('the work goes on while one caller still waits, and ends when the last leaves', async () => {
  const singleFlight = new SingleFlight<string>();
  let ended: unknown;
  const start = (signal: AbortSignal): Work<string, undefined> => {
    return working(new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject((ended = signal.reason)))));
  };
  const [one, two] = [new AbortController(), new AbortController()];
  const first = singleFlight.join('key', start, { signal: one.signal });
  const second = singleFlight.join('key', start, { signal: two.signal });
  first.catch(() => undefined);
  second.catch(() => undefined);

  one.abort(new Error('one'));
  await expect(first).rejects.toThrow('one');
  expect(ended).toBeUndefined();
  two.abort(new Error('two'));
  await expect(second).rejects.toThrow('two');
  expect(ended).toEqual(new Error('two'));
});

test('a caller that comes after the last has left starts new work', async () => {
  const singleFlight = new SingleFlight<string>();
  const gone = new AbortController();
  const hanging = singleFlight.join('key', () => working(new Promise(() => undefined)), { signal: gone.signal });
  gone.abort(new Error('gone'));
  await expect(hanging).rejects.toThrow('gone');

  await expect(singleFlight.join('key', () => working(Promise.resolve('new')), { signal: new AbortController().signal })).resolves.toBe('new');
});

test('a failure reaches every caller, and is not kept', async () => {
  const singleFlight = new SingleFlight<string>();
  const signal = new AbortController().signal;
  const fail = (): Work<string, undefined> => working(Promise.reject(new Error('failed')));
  const both = [singleFlight.join('key', fail, { signal }), singleFlight.join('key', fail, { signal })];

  for (const one of both) await expect(one).rejects.toThrow('failed');
  await expect(singleFlight.join('key', () => working(Promise.resolve('well')), { signal })).resolves.toBe('well');
});

test('every caller sees the progress of the one work, and learns whether it already existed', async () => {
  const singleFlight = new SingleFlight<string, { step: number }>();
  const seen: unknown[] = [];
  const start = (): Work<string, { step: number }> => ({ result: sleep(10).then(() => 'done'), progress: { step: 1 } });
  const join = (): Promise<string> => {
    return singleFlight.join('key', start, { signal: new AbortController().signal, onJoined: (...joined) => seen.push(joined) });
  };
  await Promise.all([join(), join()]);

  expect(seen).toEqual([[{ step: 1 }, false], [{ step: 1 }, true]]);
});
