/** Work that was started, and what can be seen of it while it goes on. */
export interface Work<Result, Progress> {
  readonly result: Promise<Result>;
  readonly progress: Progress;
}

interface RunningWork<Result, Progress> extends Work<Result, Progress> {
  readonly controller: AbortController;
  waiting: number;
}

/** How a caller joins. */
export interface JoinOptions<Progress> {
  readonly signal: AbortSignal;
  /** Hears what can be seen of the work, and whether it was there already. */
  readonly onJoined?: (progress: Progress, isShared: boolean) => void;
}

/** Does work that several callers ask for at one time once. The work ends early only when no caller waits for it any more. */
export class SingleFlight<Result, Progress = undefined> {
  readonly #running = new Map<string, RunningWork<Result, Progress>>();

  /** Joins the work of this key, or starts it. */
  async join(
    key: string,
    start: (signal: AbortSignal) => Work<Result, Progress>,
    { signal, onJoined }: JoinOptions<Progress>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const known = this.#running.get(key);
    const work = known ?? this.#start(key, start);
    onJoined?.(work.progress, known !== undefined);
    work.waiting += 1;
    try {
      return await until(work.result, signal);
    } finally {
      work.waiting -= 1;
      if (work.waiting === 0) {
        // A new caller would join work that is being ended.
        this.#forget(key, work);
        work.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Work<Result, Progress>): RunningWork<Result, Progress> {
    const controller = new AbortController();
    const work = { ...start(controller.signal), controller, waiting: 0 };
    work.result.catch(() => undefined).finally(() => this.#forget(key, work));
    this.#running.set(key, work);
    return work;
  }

  #forget(key: string, work: RunningWork<Result, Progress>): void {
    if (this.#running.get(key) === work) this.#running.delete(key);
  }
}

function until<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
