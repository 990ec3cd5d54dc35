/** How something is done again and again. */
export interface RepeatOptions {
  /** In milliseconds. */
  readonly everyMs: number;
  readonly onProblem: (error: unknown) => void;
}

/** Something that is done again and again. */
export interface Repeated {
  /** Does it now, too: begun after this call, whatever is under way. Returns whether it went well. */
  now(): Promise<boolean>;
  /** Ends it; what is under way goes on. */
  stop(): void;
}

/**
 * Does something from time to time, and never twice at one time: what was read earlier must not come into force after what
 * was read later. It keeps no process alive.
 */
export function repeat(act: () => Promise<void>, { everyMs, onProblem }: RepeatOptions): Repeated {
  let acting: Promise<boolean> | undefined;
  let isStopped = false;
  const fail = (error: unknown): boolean => {
    onProblem(error);
    return false;
  };
  const run = (): Promise<boolean> => {
    acting ??= act()
      .then(() => true, fail)
      .finally(() => (acting = undefined));
    return acting;
  };
  const timer = setInterval(() => void run(), everyMs).unref();
  return {
    async now() {
      await acting; // it may have read what was there before
      return isStopped || run();
    },
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
