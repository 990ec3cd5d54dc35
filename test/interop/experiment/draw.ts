import { createHash } from 'node:crypto';

/** Draws at random what a package is made of. The same name gives the same draws on every machine. */
export class Draw {
  readonly #name: string;
  readonly #planned: ReadonlySet<string>;
  readonly #visited = new Map<string, number>();
  #state: number;

  /** `planned` names the oddities to make: a kind, `#`, and the number of the occasion. */
  constructor(name: string, planned: Iterable<string> = []) {
    this.#name = name;
    this.#planned = new Set(planned);
    this.#state = createHash('sha256').update(name).digest().readUInt32LE();
  }

  /** How many occasions there were for each kind of oddity. */
  get occasions(): ReadonlyMap<string, number> {
    return this.#visited;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    // Mulberry32: a small generator of 32 bits; what is drawn here has to be repeatable, not secret.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of these. */
  pick<T>(items: readonly [T, ...(readonly T[])]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One of these, if there are any. */
  pickAny<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  /** Between `least` and `most` of these, in their order. */
  some<T>(items: readonly T[], least: number, most: number): readonly T[] {
    const count = Math.min(items.length, least + this.below(most - least + 1));
    const left = items.map((_, index) => index);
    const chosen = new Set(Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]));
    return items.filter((_, index) => chosen.has(index));
  }

  /**
   * An occasion to do something odd. If it is planned, it gets draws of its own, so that the rest of the package stays as
   * it is without the oddity.
   */
  odd(kind: string): Draw | undefined {
    const count = this.#visited.get(kind) ?? 0;
    this.#visited.set(kind, count + 1);
    const occasion = `${kind}#${count}`;
    return this.#planned.has(occasion) ? new Draw(`${this.#name} ${occasion}`) : undefined;
  }
}
