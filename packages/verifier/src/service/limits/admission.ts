import { Problem } from '../request/problem.ts';

/** How much is done at one time, and how much may wait for it. */
export interface AdmissionOptions {
  readonly maxRunning: number;
  readonly maxQueued: number;
  /** How long something may wait, in milliseconds: an answer that comes too late is no answer. */
  readonly maxWaitMs: number;
}

/** Lets so much work in, a bounded queue wait, and turns the rest away at once: whoever waits is told while it still helps. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #queue = new Set<() => void>();
  #running = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Does some work when its turn comes.
   * @throws {Problem} `BUSY` where the queue is full or its turn does not come; the signal's reason where it aborts.
   */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    if (this.#running < this.#options.maxRunning) this.#running += 1;
    else await this.#turn(signal); // whoever ends hands its place on: the count stays
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const [next] = this.#queue;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #turn(signal: AbortSignal): Promise<void> {
    const { maxQueued, maxWaitMs } = this.#options;
    if (this.#queue.size >= maxQueued) throw busy();
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#queue.delete(begin);
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        act();
      };
      const begin = (): void => settle(resolve);
      const abort = (): void => settle(() => reject(signal.reason));
      const timer = setTimeout(() => settle(() => reject(busy())), maxWaitMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#queue.add(begin);
    });
  }
}

function busy(): Problem {
  return new Problem('BUSY', 'more is asked for than can be judged in time', { headers: { 'retry-after': '2' } });
}
