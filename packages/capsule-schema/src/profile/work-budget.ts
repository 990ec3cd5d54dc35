import { setImmediate } from 'node:timers/promises';
import { SchemaError } from '../errors.ts';
import type { StepMeter } from './go-pattern.ts';
import { type PackedChartFiles, readPackedChart } from './packed-chart.ts';
import { type Reading, tooMuch } from './reading.ts';

const maxTotalWork = 400_000; // of all YAML of a package: about two seconds; 5,000 usual kustomizations have 300,000
const maxJsonBytes = 4 * 1024 * 1024; // of all schemas of a package
const maxIgnoreSteps = 20_000_000; // a third of a second; a chart of 5,000 files under the usual rules has 2,000,000
const maxUnpackedBytes = 64 * 1024 * 1024; // of all packed charts; the largest known have a fifth of it
const unreadableChartBytes = 16 * 1024 * 1024; // what one counts that is a bomb, or no archive
const maxReadings = 20_000; // as many as a capsule has files
const breathMs = 10; // a caller who waits for this thread waits no longer than for one file more

/** What the judgement of one package may cost. */
export class WorkBudget {
  /** Counts the steps in which paths are held against the rules of `.helmignore` files, of all charts together. */
  readonly ignoreMeter: StepMeter = { steps: 0 };
  #yamlWork = 0;
  #jsonBytes = 0;
  #unpackedBytes = 0;
  #readings = 0;
  #lastBreath = performance.now();

  /** @throws {SchemaError} `LIMIT_EXCEEDED` where all charts together have taken too many. */
  assertIgnoreSteps(): void {
    if (this.ignoreMeter.steps > maxIgnoreSteps) throw tooMuch('the package has too many paths for as many rules of .helmignore');
  }

  /** Lets the event loop go on, if it has waited for long. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#lastBreath < breathMs) return;
    await setImmediate();
    this.#lastBreath = performance.now();
  }

  /** Counts a file or text that is read; too many are refused with the next YAML. */
  countReading(): void {
    this.#readings += 1;
  }

  /** @throws {SchemaError} `LIMIT_EXCEEDED`. */
  spendYaml(work: number): void {
    if (this.#readings > maxReadings) throw tooMuch(`the package has more than ${maxReadings} texts to judge`);
    this.#yamlWork += work;
    if (this.#yamlWork > maxTotalWork) throw tooMuch(`the package has over ${maxTotalWork} units of work in such files`);
  }

  /** @throws {SchemaError} `LIMIT_EXCEEDED`. */
  spendJson(bytes: number): void {
    this.#jsonBytes += bytes;
    if (this.#jsonBytes > maxJsonBytes) throw tooMuch(`the package has over ${maxJsonBytes} bytes of such files`);
  }

  /** Unpacks a packed chart, as long as those before have left room for it. */
  async unpack(bytes: Uint8Array): Promise<Reading<PackedChartFiles>> {
    if (this.#unpackedBytes > maxUnpackedBytes) return { problem: `the packed charts hold over ${maxUnpackedBytes} bytes` };
    try {
      const content = await readPackedChart(bytes);
      this.#unpackedBytes += content.size;
      return { content };
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      this.#unpackedBytes += unreadableChartBytes;
      return { problem: error.message };
    }
  }
}
