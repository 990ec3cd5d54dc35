import { Admission, type AdmissionOptions } from './admission.ts';

/** How fair an admission is. */
export interface FairAdmissionOptions extends AdmissionOptions {
  /** How many owners there are now; one alone gets everything. */
  readonly countOwners: () => number;
}

/**
 * Lets work in by whose it is: where there are several owners, a quarter of the places and of the queue is kept from each
 * of them. What one of them waits for, the others need not.
 */
export class FairAdmission {
  readonly #options: FairAdmissionOptions;
  readonly #all: Admission;
  /** By owner; as many as there have ever been, which is as many as policies have been loaded. */
  readonly #shares = new Map<string, Admission>();

  constructor(options: FairAdmissionOptions) {
    this.#options = options;
    this.#all = new Admission(options);
  }

  get running(): number {
    return this.#all.running;
  }

  get queued(): number {
    return [...this.#shares.values()].reduce((sum, { queued }) => sum + queued, this.#all.queued);
  }

  /**
   * Does some work of an owner when its turn comes.
   * @throws {Problem} `BUSY` where a queue is full or its turn does not come; the signal's reason where it aborts.
   */
  run<Result>(owner: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const run = (): Promise<Result> => this.#all.run(work, signal);
    return this.#options.countOwners() > 1 ? this.#shareOf(owner).run(run, signal) : run();
  }

  #shareOf(owner: string): Admission {
    const { maxRunning, maxQueued } = this.#options;
    const known = this.#shares.get(owner);
    if (known !== undefined) return known;
    const share = new Admission({ ...this.#options, maxRunning: Math.max(1, mostOf(maxRunning)), maxQueued: mostOf(maxQueued) });
    this.#shares.set(owner, share);
    return share;
  }
}

function mostOf(count: number): number {
  return count - Math.ceil(count / 4);
}
