/** How something is done again and again. */
export interface RepeatOptions {
  /** In milliseconds. */
  readonly everyMs: number;
  readonly onProblem: (error: unknown) => void;
}

/**
 * Does something from time to time, and never twice at one time: what was read earlier must not come into force after what
 * was read later. Returns what ends it; it keeps no process alive.
 */
export function repeat(act: () => Promise<void>, { everyMs, onProblem }: RepeatOptions): () => void {
  let isActing = false;
  const timer = setInterval(() => {
    if (isActing) return;
    isActing = true;
    act().catch(onProblem).finally(() => (isActing = false));
  }, everyMs).unref();
  return () => clearInterval(timer);
}
