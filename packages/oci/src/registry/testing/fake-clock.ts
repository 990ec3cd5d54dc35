import type { Clock } from '../clock.ts';

/** A clock that stands still but for its sleeps, which take no real time. */
export class FakeClock implements Clock {
  time = Date.parse('2026-01-01T00:00:00Z');
  /** Every delay that was slept, in milliseconds. */
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    this.time += milliseconds;
  }

  random(): number {
    return 0.5;
  }
}
