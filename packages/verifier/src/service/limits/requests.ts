import type { RequestTime } from '../request/request-time.ts';

const refusalGraceMs = 250; // for the answers of those whose work was ended

/** Every request that is being answered, so that a service can be stopped without failing any. */
export class Requests {
  readonly #running = new Set<RequestTime>();
  #isStopping = false;
  #onIdle: (() => void) | undefined;

  get isStopping(): boolean {
    return this.#isStopping;
  }

  get running(): number {
    return this.#running.size;
  }

  add(time: RequestTime): void {
    this.#running.add(time);
  }

  remove(time: RequestTime): void {
    this.#running.delete(time);
    if (this.#running.size === 0) this.#onIdle?.();
  }

  /** Waits until all are answered, `drainMs` at the longest, then ends the rest; says whether there was no rest. */
  async stop(drainMs: number): Promise<boolean> {
    this.#isStopping = true;
    await this.#idle(drainMs);
    const isDrained = this.#running.size === 0;
    for (const time of this.#running) time.end('stopping');
    await this.#idle(refusalGraceMs);
    return isDrained;
  }

  #idle(ms: number): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
