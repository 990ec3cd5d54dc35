import { SchemaError } from '../errors.ts';
import { parseForeignYamlDocuments } from '../yaml/parse-foreign-yaml.ts';
import type { PackageFiles } from './outside-reference.ts';
import { maxReferenceFileBytes } from './reference-files.ts';

/** The documents of a file, or why they cannot be had. */
export type ParsedFile =
  { readonly documents: readonly unknown[] } | { readonly documents?: undefined; readonly problem: string };

/** Reads and parses each file of a package once, within bounds. */
export interface ParsedFiles {
  yaml(path: string): Promise<ParsedFile>;
  json(path: string): Promise<ParsedFile>;
  /** Parses text that stands inside another file. */
  inline(text: string, what: string): ParsedFile;
  /** Takes steps off what one package may cost; tells whether there were as many left. */
  affords(steps: number): boolean;
}

/** What is said of a package whose references multiply beyond bounds. */
export const tooManySteps: string = 'the package has more references than are followed';

type Language = 'yaml' | 'json';
type DocumentParser = (bytes: Uint8Array, what: string) => readonly unknown[];

const maxTotalBytes = { yaml: 1024 * 1024, json: 4 * 1024 * 1024 }; // 5,000 usual kustomizations: two seconds at worst
const maxYamlBytes = 256 * 1024; // the largest kustomizations have a tenth of it; YAML takes far longer than JSON
const maxUnreadable = 4;
const unreadableWeight = 4; // the YAML library takes longer for a text that is one error after another
const maxSteps = 200_000; // aliases and files that are named many times over can multiply without it

/** Makes a reader of a package's files that keeps what it parsed. */
export function parsedFiles(read: PackageFiles['read']): ParsedFiles {
  const known = new Map<string, Promise<ParsedFile>>();
  const budget = new ParseBudget();
  const once = (path: string, kind: Language): Promise<ParsedFile> => {
    if (!budget.affords(1)) return Promise.resolve({ problem: tooManySteps });
    // By parser too: a schema that was read as YAML first must not be judged as that.
    const key = `${kind} ${path}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const parsed = (async () => budget.spend(await read(path), JSON.stringify(path), kind))();
    known.set(key, parsed);
    return parsed;
  };
  return {
    yaml: (path) => once(path, 'yaml'),
    json: (path) => once(path, 'json'),
    affords: (steps) => budget.affords(steps),
    inline: (text, what) => budget.spend(Buffer.from(text), what, 'yaml'),
  };
}

const parsers: Readonly<Record<Language, DocumentParser>> = {
  yaml: parseYamlDocuments,
  json: parseJsonDocument,
};

class ParseBudget {
  readonly #bytes = { yaml: 0, json: 0 };
  #unreadable = 0;
  #steps = 0;

  affords(steps: number): boolean {
    this.#steps += steps;
    return this.#steps <= maxSteps;
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
