import type { Clock } from '../registry/clock.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Time that passes only while all tasks wait for it, so that the order of events depends on the delays alone. */
export class VirtualTime implements Clock {
  #now = 0;
  #order = 0;
  readonly #waiting: Waiting[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => void this.#waiting.push({ at: this.#now + milliseconds, order: this.#order++, wake }));
  }

  /** Lets time pass until no task waits for it. */
  async run(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => void setImmediate(resolve)); // first, all that happens without waiting
      const [next] = this.#waiting.toSorted((one, other) => one.at - other.at || one.order - other.order);
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#now = next.at;
      next.wake();
    }
  }
}
