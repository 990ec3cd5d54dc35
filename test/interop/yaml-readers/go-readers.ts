import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { toolPath } from '../tools.ts';

/** What the readers in Go make of a text: what each reads, or why it does not. */
export interface GoReading {
  /** The first document, to kustomize as a kustomization and to Helm. */
  readonly first?: unknown;
  readonly firstError?: string;
  /** All that are not empty, to kustomize as plugins. */
  readonly documents?: readonly unknown[];
  readonly documentsError?: string;
}

/** The program that reads YAML as kustomize and Helm do. */
export class GoReaders implements AsyncDisposable {
  readonly #program = spawn(toolPath('yaml-reader'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #lines = createInterface({ input: this.#program.stdout })[Symbol.asyncIterator]();

  /** Reads texts, in their order. */
  async read(texts: readonly string[]): Promise<readonly GoReading[]> {
    this.#program.stdin.write(texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
    const readings: GoReading[] = [];
    while (readings.length < texts.length) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the reader in Go ended after ${readings.length} of ${texts.length} texts`);
      readings.push(JSON.parse(value) as GoReading);
    }
    return readings;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#program, 'exit');
    this.#program.stdin.end();
    await ended;
  }
}
