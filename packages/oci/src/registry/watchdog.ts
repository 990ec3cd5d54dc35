import type { RegistryTimeouts } from './options.ts';

/** Aborts an exchange whose peer keeps us waiting. Runs only between `wait` and `rest`. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** Starts to wait for the peer. */
  wait(): void;
  /** Stops: the peer has answered, or it is our turn. */
  rest(): void;
  readonly expired: boolean;
}

/** Makes a watchdog that has not started to wait. */
export function createWatchdog(timeouts: RegistryTimeouts): Watchdog {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let startedAt = 0;
  let leftMs = timeouts.totalMs;
  const rest = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    leftMs -= performance.now() - startedAt;
  };
  const wait = (): void => {
    rest();
    startedAt = performance.now();
    timer = setTimeout(() => controller.abort(), Math.max(1, Math.min(timeouts.idleMs, leftMs)));
  };
  return { signal: controller.signal, wait, rest, get expired() { return controller.signal.aborted; } };
}
