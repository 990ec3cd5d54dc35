import type { Document } from 'yaml';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { countParseWork, maxYamlWork } from '../yaml/parse-work.ts';
import { decode, readYamlDocuments } from '../yaml/read-yaml.ts';
import type { StepMeter } from './go-pattern.ts';
import { layoutDefect } from './layout-defect.ts';
import type { PackageFiles } from './outside-reference.ts';
import { maxReferenceFileBytes } from './reference-files.ts';
import { judgeable, type Reading, tooMuch } from './reading.ts';
import { WorkBudget } from './work-budget.ts';

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
const maxNesting = 4; // a packed chart in a packed chart; Helm's own tools write one level

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

  /** Reads the YAML documents of a file. Each time costs as much as the first, since the caller walks through them. */
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
    this.#budget.assertIgnoreSteps();
  }

  /** Lets the event loop go on, if it has waited for long. */
  breathe(): Promise<void> {
    return this.#budget.breathe();
  }

  /** Reads the YAML documents of a text that stands in a file. */
  async inline(text: string, what: string): Promise<Reading<readonly Document[]>> {
    this.#budget.countReading();
    await this.breathe();
    return judgeable(() => assertLaidOut(this.#parse(text, what), text, what).documents);
  }

  /** Reads the YAML documents of a patch: what it says is harmless in whatever way it is read. */
  async patch(text: string, what: string): Promise<Reading<readonly Document[]>> {
    this.#budget.countReading();
    await this.breathe();
    return judgeable(() => this.#parse(text, what).documents);
  }

  /** Reads a JSON file. */
  async json(path: string): Promise<Reading<unknown>> {
    const bytes = await this.#bytes(path);
    return judgeable(() => {
      const bounded = this.#bounded(bytes, path, maxReferenceFileBytes);
      this.#budget.spendJson(bounded.byteLength);
      return parseJson(bounded, this.#name(path));
    });
  }

  /** Opens a packed chart. */
  async chart(path: string): Promise<Reading<OpenedChart>> {
    if (this.#archives.length >= maxNesting) return { problem: `it is packed more than ${maxNesting} deep` };
    const bytes = await this.#bytes(path);
    if (bytes === undefined) return { problem: missingBytes(quote(path)) };
    const opened = await this.#budget.unpack(bytes);
    if (opened.content === undefined) return opened;
    const { paths, kept } = opened.content;
    const reader = new PackageReader((inner) => kept.get(inner), this.#budget, [...this.#archives, path]);
    return { content: { paths, reader } };
  }

  async #parseFile(path: string): Promise<Reading<ParsedText>> {
    const bytes = await this.#bytes(path);
    const what = this.#name(path);
    return judgeable(() => {
      const text = decode(this.#bounded(bytes, path, maxYamlBytes), what);
      return assertLaidOut(this.#parse(text, what), text, what);
    });
  }

  async #bytes(path: string): Promise<Uint8Array | undefined> {
    this.#budget.countReading();
    await this.breathe();
    return this.#read(path);
  }

  #parse(text: string, what: string): ParsedText {
    const work = this.#workOf(text, what);
    this.#budget.spendYaml(work);
    return { documents: readYamlDocuments(text, what), work };
  }

  #workOf(text: string, what: string): number {
    try {
      return countParseWork(text, { what, maxWork: maxYamlWork });
    } catch (error) {
      this.#budget.spendYaml(maxYamlWork); // it took as long to find that out
      throw error;
    }
  }

  #bounded(bytes: Uint8Array | undefined, path: string, maxBytes: number): Uint8Array {
    if (bytes === undefined) throw tooMuch(missingBytes(this.#name(path)));
    if (bytes.byteLength > maxBytes) throw tooMuch(`it has over ${maxBytes} bytes`);
    return bytes;
  }

  #name(path: string): string {
    return quote([...this.#archives, path].join('/'));
  }
}

function missingBytes(what: string): string {
  return `${what} is too large, or its bytes are missing`;
}

function assertLaidOut(parsed: ParsedText, text: string, what: string): ParsedText {
  for (const document of parsed.documents) {
    const defect = layoutDefect(document, text);
    if (defect !== undefined) throw new SchemaError('YAML_INVALID', `two readers may read ${what} differently: ${defect}`);
  }
  return parsed;
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SchemaError('JSON_INVALID', `${what} is not JSON`, { cause });
  }
}
