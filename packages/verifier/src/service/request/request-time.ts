/** Says why a request's work was ended before its answer. */
export type EndReason = 'deadline' | 'client gone' | 'stopping';

/** Ends the work on a request. */
export class RequestEnded extends Error {
  override readonly name = 'RequestEnded';
  readonly why: EndReason;
  /** What was being done: `while ...`. */
  readonly during: string;

  constructor(why: EndReason, during = 'while the request was read') {
    super(`the request was ended (${why}) ${during}`);
    this.why = why;
    this.during = during;
  }
}

/** The time that one request has, from its arrival on. */
export interface RequestTime {
  /** Aborts at the deadline, or earlier where nobody waits any more. */
  readonly signal: AbortSignal;
  /** In milliseconds; not below 0. */
  remainingMs(): number;
  elapsedMs(): number;
  /** Notes what is being done from now on, `while ...`, to be said where the time ends meanwhile. */
  enter(during: string): void;
  /** Ends the request's work now. */
  end(why: EndReason): void;
  /** Forgets the deadline: the request has been answered. */
  done(): void;
}

/** Begins the time of a request. */
export function startTime(deadlineMs: number): RequestTime {
  const controller = new AbortController();
  const startedAt = performance.now();
  let during: string | undefined;
  const end = (why: EndReason): void => controller.abort(new RequestEnded(why, during));
  // Not AbortSignal.timeout, which would hold the memory of each answered request until its deadline.
  const timer = setTimeout(() => end('deadline'), deadlineMs);
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, startedAt + deadlineMs - performance.now()),
    elapsedMs: () => performance.now() - startedAt,
    enter: (step) => void (during = step),
    end,
    done: () => clearTimeout(timer),
  };
}
