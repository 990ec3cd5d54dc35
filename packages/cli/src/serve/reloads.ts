import type { Context } from '../context.ts';

/** Reloads a service at each SIGHUP, from the beginning on: one that comes while the service starts must not end it. */
export class Reloads {
  #reload: (() => Promise<void>) | undefined;
  #isDue = false;

  constructor({ onHangup }: Pick<Context, 'onHangup'>) {
    onHangup(() => this.#hear());
  }

  /** The service has started: it has read everything before, so what was asked for meanwhile is done now. */
  begin(reload: () => Promise<void>): void {
    this.#reload = reload;
    if (this.#isDue) void reload();
  }

  #hear(): void {
    if (this.#reload === undefined) this.#isDue = true;
    else void this.#reload();
  }
}
