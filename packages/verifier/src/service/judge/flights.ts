/** Work that was started, and what can be seen of it while it goes on. */
export interface Work<Result, Progress> {
  readonly result: Promise<Result>;
  readonly progress: Progress;
}

interface Flight<Result, Progress> extends Work<Result, Progress> {
  readonly controller: AbortController;
  waiting: number;
}

/** How somebody joins. */
export interface JoinOptions<Progress> {
  readonly signal: AbortSignal;
  /** Hears what can be seen of the work, and whether it was there already. */
  readonly onJoined?: (progress: Progress, isShared: boolean) => void;
}

/** Does what several ask for at one time once. The work ends early only where nobody waits for it any more. */
export class Flights<Result, Progress = undefined> {
  readonly #flights = new Map<string, Flight<Result, Progress>>();

  /** Joins the work of this key, or starts it. */
  async join(
    key: string,
    start: (signal: AbortSignal) => Work<Result, Progress>,
    { signal, onJoined }: JoinOptions<Progress>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const known = this.#flights.get(key);
    const flight = known ?? this.#start(key, start);
    onJoined?.(flight.progress, known !== undefined);
    flight.waiting += 1;
    try {
      return await until(flight.result, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        // Whoever comes now would join work that is being ended.
        this.#forget(key, flight);
        flight.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Work<Result, Progress>): Flight<Result, Progress> {
    const controller = new AbortController();
    const flight = { ...start(controller.signal), controller, waiting: 0 };
    flight.result.catch(() => undefined).finally(() => this.#forget(key, flight));
    this.#flights.set(key, flight);
    return flight;
  }

  #forget(key: string, flight: Flight<Result, Progress>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

function until<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
