import { SchemaError } from '../errors.ts';
import { parseForeignYamlDocuments } from '../yaml/parse-foreign-yaml.ts';
import { quote } from '../quote.ts';
import type { PackageFiles } from './outside-reference.ts';
import { type PackedChartFiles, readPackedChart } from './packed-chart.ts';
import { maxReferenceFileBytes } from './reference-files.ts';

/** The documents of a file, or why they cannot be had. */
export type ParsedFile =
  { readonly documents: readonly unknown[] } | { readonly documents?: undefined; readonly problem: string };

/** What lies in a packed chart, or why it cannot be had. */
export type PackedChart =
  | { readonly paths: Iterable<string>; readonly parsed: ParsedFiles }
  | { readonly parsed?: undefined; readonly problem: string };

/** Reads and parses each file of a package once, within bounds. */
export interface ParsedFiles {
  yaml(path: string): Promise<ParsedFile>;
  json(path: string): Promise<ParsedFile>;
  /** Parses text that stands inside another file. */
  inline(text: string, what: string): ParsedFile;
  /** Takes steps off what one package may cost; tells whether there were as many left. */
  affords(steps: number): boolean;
  /** Opens a packed chart. */
  chart(path: string): Promise<PackedChart>;
}

/** What is said of a package whose references multiply beyond bounds. */
export const tooManySteps: string = 'the package has more references than are followed';

type Language = 'yaml' | 'json';
type DocumentParser = (bytes: Uint8Array, what: string) => readonly unknown[];

const maxTotalBytes = { yaml: 1024 * 1024, json: 4 * 1024 * 1024 }; // 5,000 usual kustomizations: two seconds at worst
const maxYamlBytes = 256 * 1024; // the largest kustomizations have a tenth of it; YAML takes far longer than JSON
const maxUnreadable = 4;
const unreadableWeight = 4; // the YAML library takes longer for a text that is one error after another
const maxUnpackedBytes = 64 * 1024 * 1024; // of all packed charts; the largest known have a fifth of it
const unreadableChartBytes = 16 * 1024 * 1024; // what one counts that is a bomb, or no archive
const maxNesting = 4; // a packed chart in a packed chart; Helm's own tools write one level
const maxSteps = 200_000; // aliases and files that are named many times over can multiply without it

/** Makes a reader of a package's files that keeps what it parsed. */
export function parsedFiles(read: PackageFiles['read']): ParsedFiles {
  return new BoundedFiles(read, new ParseBudget(), []);
}

class BoundedFiles implements ParsedFiles {
  readonly #read: PackageFiles['read'];
  readonly #budget: ParseBudget;
  readonly #archives: readonly string[];
  readonly #known = new Map<string, Promise<ParsedFile>>();

  constructor(read: PackageFiles['read'], budget: ParseBudget, archives: readonly string[]) {
    this.#read = read;
    this.#budget = budget;
    this.#archives = archives;
  }

  yaml(path: string): Promise<ParsedFile> {
    return this.#once(path, 'yaml');
  }

  json(path: string): Promise<ParsedFile> {
    return this.#once(path, 'json');
  }

  inline(text: string, what: string): ParsedFile {
    return this.#budget.spend(Buffer.from(text), what, 'yaml');
  }

  affords(steps: number): boolean {
    return this.#budget.affords(steps);
  }

  async chart(path: string): Promise<PackedChart> {
    if (!this.#budget.affords(1)) return { problem: tooManySteps };
    if (this.#archives.length >= maxNesting) return { problem: `it is packed more than ${maxNesting} deep` };
    const unpacked = this.#budget.unpack(await this.#read(path), path);
    if (unpacked.files === undefined) return unpacked;
    const { paths, kept } = unpacked.files;
    const parsed = new BoundedFiles((inner) => kept.get(inner), this.#budget, [...this.#archives, path]);
    return { paths, parsed };
  }

  async #once(path: string, language: Language): Promise<ParsedFile> {
    if (!this.#budget.affords(1)) return { problem: tooManySteps };
    const what = JSON.stringify([...this.#archives, path].join('/'));
    // By language too: a schema that was read as YAML first must not be judged as that.
    const key = `${language} ${path}`;
    const parsed = this.#known.get(key) ?? this.#parse(path, what, language);
    this.#known.set(key, parsed);
    return parsed;
  }

  async #parse(path: string, what: string, language: Language): Promise<ParsedFile> {
    return this.#budget.spend(await this.#read(path), what, language);
  }
}

const parsers: Readonly<Record<Language, DocumentParser>> = {
  yaml: parseYamlDocuments,
  json: parseJsonDocument,
};

type Unpacked =
  { readonly files: PackedChartFiles } | { readonly files?: undefined; readonly problem: string };

class ParseBudget {
  #unpackedBytes = 0;
  readonly #bytes = { yaml: 0, json: 0 };
  #unreadable = 0;
  #steps = 0;

  affords(steps: number): boolean {
    this.#steps += steps;
    return this.#steps <= maxSteps;
  }

  unpack(bytes: Uint8Array | undefined, path: string): Unpacked {
    if (bytes === undefined) return { problem: `the bytes of ${quote(path)} are not at hand` };
    if (this.#unpackedBytes > maxUnpackedBytes) return { problem: `the packed charts hold over ${maxUnpackedBytes} bytes` };
    try {
      const files = readPackedChart(bytes);
      this.#unpackedBytes += files.size;
      return { files };
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      this.#unpackedBytes += unreadableChartBytes;
      return { problem: error.message };
    }
  }

  spend(bytes: Uint8Array | undefined, what: string, language: Language): ParsedFile {
    if (bytes === undefined) return { problem: `the bytes of ${what} are not at hand` };
    if (bytes.byteLength > maxReferenceFileBytes) return { problem: `it has over ${maxReferenceFileBytes} bytes` };
    const limit = maxTotalBytes[language];
    this.#bytes[language] += bytes.byteLength;
    if (this.#bytes[language] > limit) return { problem: `the package has over ${limit} bytes of such files` };
    if (this.#unreadable >= maxUnreadable) return { problem: `${maxUnreadable} files before it could not be parsed` };
    try {
      return { documents: parsers[language](bytes, what) };
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      this.#unreadable += 1;
      this.#bytes[language] += (unreadableWeight - 1) * bytes.byteLength;
      return { problem: error.message };
    }
  }
}

function parseYamlDocuments(bytes: Uint8Array, what: string): readonly unknown[] {
  return parseForeignYamlDocuments(bytes, { what, maxBytes: maxYamlBytes });
}

function parseJsonDocument(bytes: Uint8Array, what: string): readonly unknown[] {
  try {
    return [JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))];
  } catch (cause) {
    throw new SchemaError('JSON_INVALID', `${what} is not JSON`, { cause });
  }
}
