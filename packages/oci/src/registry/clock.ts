import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, as parameters. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects at once with the signal's reason where it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 up to, not including, 1. */
  random(): number;
}

/** The machine's own clock and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep,
  random: () => Math.random(),
};

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
