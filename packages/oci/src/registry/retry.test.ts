import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OciError } from '../errors.ts';
import { systemClock } from './clock.ts';
import { backoffMs, defaultRetryPolicy, parseRetryAfter, withRetries } from './retry.ts';
import { FakeClock } from './testing/fake-clock.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const failure = new OciError('UNAVAILABLE', 'down');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Thursday, 01-Jan-26 00:00:30 GMT', 30_000],
    [null, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['9999999999999', undefined],
  ])('reads %j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it('never gives a negative or endless delay', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const delay = parseRetryAfter(value, now) ?? 0;
        expect(Number.isFinite(delay) && delay >= 0).toBe(true);
      }),
    );
  });
});

describe('backoffMs', () => {
  it('doubles, with jitter, up to its bound', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const clock = Object.assign(new FakeClock(), { random: () => random });
        const delay = backoffMs({ policy: defaultRetryPolicy, clock }, failures + 1);
        const step = Math.min(5_000, 300 * 2 ** failures);
        expect(delay).toBeGreaterThanOrEqual(step / 2);
        expect(delay).toBeLessThanOrEqual(step);
      }),
    );
  });
});

describe('withRetries', () => {
  it('gives the value of the first try that has one', async () => {
    const clock = new FakeClock();
    const outcomes = [{ failure }, { failure, retryAfterMs: 1234 }, { value: 'done' }];

    const value = await withRetries({ policy: defaultRetryPolicy, clock }, async () => outcomes.shift() ?? { failure });

    expect(value).toBe('done');
    expect(clock.slept).toEqual([225, 1234]);
  });

  it('throws the last failure when the tries are used up', async () => {
    let tries = 0;
    const tried = withRetries({ policy: { ...defaultRetryPolicy, attempts: 3 }, clock: new FakeClock() }, async () => {
      tries++;
      return { failure };
    });

    await expect(tried).rejects.toBe(failure);
    expect(tries).toBe(3);
  });

  it('does not wait longer than its bound, whatever the registry asks', async () => {
    const clock = new FakeClock();

    const context = { policy: defaultRetryPolicy, clock };
    const tried = withRetries(context, async () => ({ failure, retryAfterMs: 3_600_000 }));

    await expect(tried).rejects.toBe(failure);
    expect(clock.slept).toEqual([]);
  });

  it('says what the last try failed by where a timeout ends the tries', async () => {
    const policy = { ...defaultRetryPolicy, attempts: 100, baseDelayMs: 5, maxDelayMs: 5 };
    const context = { policy, clock: systemClock };

    await expect(withRetries(context, async () => ({ failure }), AbortSignal.timeout(30))).rejects.toBe(failure);
  });

  it('throws any other abort as it is, and a timeout before anything has failed', async () => {
    const context = { policy: defaultRetryPolicy, clock: systemClock };
    const controller = new AbortController();
    const tried = withRetries(context, async () => ({ failure }), controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 10);

    await expect(tried).rejects.toThrow('enough');
    const late = AbortSignal.timeout(5);
    const hanging = (): Promise<never> => new Promise((_, reject) => late.addEventListener('abort', () => reject(late.reason)));
    await expect(withRetries(context, hanging, late)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('does not try where it was aborted before', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    const context = { policy: defaultRetryPolicy, clock: new FakeClock() };
    const tried = withRetries(context, async () => ({ value: 1 }), signal);

    await expect(tried).rejects.toThrow('enough');
  });
});
