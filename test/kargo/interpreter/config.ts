import { isRecord, type ValueMap } from './expression/values.ts';
import { failed } from './step.ts';

/** The config of a step, or a part of it, value by value. Whether it fits its schema was asked before the step ran. */
export class Config {
  readonly #values: ValueMap;
  readonly #of: string;

  constructor(of: string, values: unknown) {
    if (!isRecord(values)) throw failed(`invalid ${of} config: expected an object`);
    this.#values = values;
    this.#of = of;
  }

  /** A string of at least one character. */
  text(key: string): string {
    const value = this.optionalText(key);
    return value === undefined || value === '' ? this.#refuse(key, 'a string') : value;
  }

  optionalText(key: string): string | undefined {
    const value = this.#values[key];
    return value === undefined || typeof value === 'string' ? value : this.#refuse(key, 'a string');
  }

  flag(key: string): boolean {
    const value = this.#values[key] ?? false;
    return typeof value === 'boolean' ? value : this.#refuse(key, 'a boolean');
  }

  integer(key: string, fallback?: number): number {
    const value = this.#values[key] ?? fallback;
    return typeof value === 'number' && Number.isInteger(value) ? value : this.#refuse(key, 'an integer');
  }

  texts(key: string): readonly string[] {
    return this.list(key).map((item) => (typeof item === 'string' ? item : this.#refuse(key, 'strings')));
  }

  list(key: string): readonly unknown[] {
    const value = this.#values[key] ?? [];
    return Array.isArray(value) ? value : this.#refuse(key, 'a list');
  }

  map(key: string): ValueMap {
    const value = this.#values[key];
    return isRecord(value) ? value : this.#refuse(key, 'a map');
  }

  any(key: string): unknown {
    return this.#values[key];
  }

  /** Refuses what Kargo can do and this interpreter cannot. */
  without(...keys: readonly string[]): this {
    const used = keys.filter((key) => this.#values[key] !== undefined);
    if (used.length > 0) throw new Error(`the interpreter does not know ${used.join(', ')} of ${this.#of}`);
    return this;
  }

  #refuse(key: string, wanted: string): never {
    throw failed(`invalid ${this.#of} config: ${key} must be ${wanted}`);
  }
}
