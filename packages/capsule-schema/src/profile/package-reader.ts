import { setImmediate } from 'node:timers/promises';
import type { Document } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { countParseWork, maxYamlWork } from '../yaml/parse-work.ts';
import type { StepMeter } from './go-pattern.ts';
import type { PackageFiles } from './outside-reference.ts';
import { type PackedChartFiles, readPackedChart } from './packed-chart.ts';
import { decode, readYamlDocuments } from '../yaml/read-yaml.ts';
import { maxReferenceFileBytes } from './reference-files.ts';

/** What a file or text holds, or why it cannot be judged. */
export type Reading<Content> =
  { readonly content: Content; readonly problem?: undefined } | { readonly content?: undefined; readonly problem: string };

interface ParsedText {
  readonly documents: readonly Document[];
  readonly work: number;
}

/** A packed chart, opened. */
export interface OpenedChart {
  readonly paths: readonly string[];
  readonly reader: PackageReader;
}

const maxYamlBytes = 256 * 1024; // the largest kustomizations have a tenth of it
const maxTextBytes = 64 * 1024; // a .helmignore has a few hundred
const maxTotalWork = 400_000; // of all YAML of a package: about two seconds; 5,000 usual kustomizations have 300,000
const maxJsonBytes = 4 * 1024 * 1024; // of all schemas of a package
const maxIgnoreSteps = 20_000_000; // a third of a second; a chart of 5,000 files under the usual rules has 2,000,000
const maxUnpackedBytes = 64 * 1024 * 1024; // of all packed charts; the largest known have a fifth of it
const unreadableChartBytes = 16 * 1024 * 1024; // what one counts that is a bomb, or no archive
const maxNesting = 4; // a packed chart in a packed chart; Helm's own tools write one level
const maxReadings = 20_000; // as many as a capsule has files
const breathMs = 10; // a caller who waits for this thread waits no longer than for one file more

/**
 * Reads and parses each file of a package once, within a budget of work that the whole package shares. Between two
 * files it lets the event loop go on.
 */
export class PackageReader {
  readonly #read: PackageFiles['read'];
  readonly #budget: WorkBudget;
  readonly #archives: readonly string[];
  readonly #known = new Map<string, Promise<Reading<ParsedText>>>();

  constructor(read: PackageFiles['read'], budget: WorkBudget = new WorkBudget(), archives: readonly string[] = []) {
    this.#read = read;
    this.#budget = budget;
    this.#archives = archives;
  }

  /** Reads the YAML documents of a file. Each time costs as much as the first: who asks goes on to walk through them. */
  async yaml(path: string): Promise<Reading<readonly Document[]>> {
    const known = this.#known.get(path);
    const reading = known ?? this.#parseFile(path);
    this.#known.set(path, reading);
    const { content, problem } = await reading;
    if (content === undefined) return { problem };
    return judgeable(() => {
      if (known !== undefined) this.#budget.spendYaml(content.work);
      return content.documents;
    });
  }

  /** Reads a file of text. */
  async text(path: string): Promise<Reading<string>> {
    const bytes = await this.#bytes(path);
    return judgeable(() => decode(this.#bounded(bytes, path, maxTextBytes), this.#name(path)));
  }

  /** Counts the steps in which paths are held against the rules of `.helmignore` files, of all charts together. */
  get ignoreMeter(): StepMeter {
    return this.#budget.ignoreMeter;
  }

  /** @throws {SchemaError} `LIMIT_EXCEEDED` where they are too many. */
  assertIgnoreSteps(): void {
    if (this.ignoreMeter.steps > maxIgnoreSteps) throw tooMuch('the package has too many paths for as many rules of .helmignore');
  }

  /** Lets the event loop go on, if it has waited for long. */
  breathe(): Promise<void> {
    return this.#budget.breathe();
  }

  /** Reads the YAML documents of a text that stands in a file. */
  async inline(text: string, what: string): Promise<Reading<readonly Document[]>> {
    this.#budget.countReading();
    await this.breathe();
    return judgeable(() => this.#parse(text, what).documents);
  }

  /** Reads a JSON file. */
  async json(path: string): Promise<Reading<unknown>> {
    const bytes = await this.#bytes(path);
    return judgeable(() => {
      this.#budget.spendJson(this.#bounded(bytes, path, maxReferenceFileBytes).byteLength);
      return parseJson(bytes ?? new Uint8Array(), this.#name(path));
    });
  }

  /** Opens a packed chart. */
  async chart(path: string): Promise<Reading<OpenedChart>> {
    if (this.#archives.length >= maxNesting) return { problem: `it is packed more than ${maxNesting} deep` };
    const bytes = await this.#bytes(path);
    if (bytes === undefined) return { problem: `the bytes of ${quote(path)} are not at hand` };
    const opened = await this.#budget.unpack(bytes);
    if (opened.content === undefined) return opened;
    const { paths, kept } = opened.content;
    const reader = new PackageReader((inner) => kept.get(inner), this.#budget, [...this.#archives, path]);
    return { content: { paths, reader } };
  }

  async #parseFile(path: string): Promise<Reading<ParsedText>> {
    const bytes = await this.#bytes(path);
    const what = this.#name(path);
    return judgeable(() => this.#parse(decode(this.#bounded(bytes, path, maxYamlBytes), what), what));
  }

  async #bytes(path: string): Promise<Uint8Array | undefined> {
    this.#budget.countReading();
    await this.breathe();
    return this.#read(path);
  }

  #parse(text: string, what: string): ParsedText {
    const work = countParseWork(text, { what, maxWork: maxYamlWork });
    this.#budget.spendYaml(work);
    return { documents: readYamlDocuments(text, what), work };
  }

  #bounded(bytes: Uint8Array | undefined, path: string, maxBytes: number): Uint8Array {
    if (bytes === undefined) throw tooMuch(`the bytes of ${this.#name(path)} are not at hand`);
    if (bytes.byteLength > maxBytes) throw tooMuch(`it has over ${maxBytes} bytes`);
    return bytes;
  }

  #name(path: string): string {
    return quote([...this.#archives, path].join('/'));
  }
}

/** What the judgement of one package may cost. */
class WorkBudget {
  readonly ignoreMeter: StepMeter = { steps: 0 };
  #yamlWork = 0;
  #jsonBytes = 0;
  #unpackedBytes = 0;
  #readings = 0;
  #lastBreath = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#lastBreath < breathMs) return;
    await setImmediate();
    this.#lastBreath = performance.now();
  }

  countReading(): void {
    this.#readings += 1;
  }

  spendYaml(work: number): void {
    if (this.#readings > maxReadings) throw tooMuch(`the package has more than ${maxReadings} texts to judge`);
    this.#yamlWork += work;
    if (this.#yamlWork > maxTotalWork) throw tooMuch(`the package has over ${maxTotalWork} units of work in such files`);
  }

  spendJson(bytes: number): void {
    this.#jsonBytes += bytes;
    if (this.#jsonBytes > maxJsonBytes) throw tooMuch(`the package has over ${maxJsonBytes} bytes of such files`);
  }

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

function judgeable<Content>(read: () => Content): Reading<Content> {
  try {
    return { content: read() };
  } catch (error) {
    if (error instanceof SchemaError) return { problem: error.message };
    throw error;
  }
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SchemaError('JSON_INVALID', `${what} is not JSON`, { cause });
  }
}

function tooMuch(problem: string): SchemaError {
  return new SchemaError('LIMIT_EXCEEDED', problem);
}
