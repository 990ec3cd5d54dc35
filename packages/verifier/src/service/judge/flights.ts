interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

/** Does what several ask for at one time once. The work ends early only where nobody waits for it any more. */
export class Flights<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /** Joins the work of this key, or starts it; `onShared` hears that it was there already. */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<Result>,
    { signal, onShared }: { readonly signal: AbortSignal; readonly onShared?: () => void },
  ): Promise<Result> {
    signal.throwIfAborted();
    const known = this.#flights.get(key);
    if (known !== undefined) onShared?.();
    const flight = known ?? this.#start(key, start);
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

  #start(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController();
    const flight = { result: start(controller.signal), controller, waiting: 0 };
    flight.result.catch(() => undefined).finally(() => this.#forget(key, flight));
    this.#flights.set(key, flight);
    return flight;
  }

  #forget(key: string, flight: Flight<Result>): void {
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
