import type { CodeCache, CompiledChunk } from './code-cache.ts';

interface Chunk {
  readonly name: string;
  readonly source: Buffer;
  readonly script: ReturnType<typeof compile>;
  readonly isCached: boolean;
}

interface ChunkModule {
  exports: unknown;
}

type ChunkFunction = (exports: unknown, require: (specifier: string) => unknown, module: ChunkModule) => void;

// Smaller ones are compiled in less time than a file is read and checked.
const minCachedBytes = 1024;

/**
 * Loads the chunks of the bundle, and keeps what V8 has compiled of them. Node's own loader compiles every module anew, and its cache
 * leaves out each function that is compiled when it is first called, as most are.
 */
export class ChunkLoader {
  readonly #folder: string;
  readonly #cache: CodeCache | undefined;
  readonly #modules = new Map<string, ChunkModule>();
  readonly #chunks: Chunk[] = [];

  /** Takes the folder of the chunks, with a separator at its end. */
  constructor(folder: string, cache: CodeCache | undefined) {
    this.#folder = folder;
    this.#cache = cache;
  }

  /** Runs a chunk once, and returns what it exports. */
  load(name: string): unknown {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const module: ChunkModule = { exports: {} };
    this.#modules.set(name, module);
    const run: ChunkFunction = this.#open(name).runInThisContext();
    run(module.exports, (specifier) => this.#require(specifier), module);
    return module.exports;
  }

  /** Keeps what has been compiled by now, where something of it was not kept before. Never fails. */
  save(): void {
    const isNew = this.#chunks.some(({ isCached }) => !isCached);
    // Refused by the same Node: V8 runs with other options. Either kind of run would replace what the other one keeps.
    const isRefused = this.#chunks.some(({ script }) => script.cachedDataRejected === true);
    if (isNew && !isRefused) this.#cache?.write(this.#compiled());
  }

  *#compiled(): Iterable<CompiledChunk> {
    for (const { name, source, script } of this.#chunks) yield { name, source, data: script.createCachedData() };
  }

  #require(specifier: string): unknown {
    return specifier.startsWith('./') ? this.load(specifier.slice('./'.length)) : process.getBuiltinModule(specifier);
  }

  #open(name: string): Chunk['script'] {
    const filename = this.#folder + name;
    const bytes = process.getBuiltinModule('node:fs').readFileSync(filename);
    const source = bytes.toString('latin1'); // the bundler lets nothing but ASCII through
    if (bytes.byteLength < minCachedBytes) return compile(source, filename);
    const cachedData = this.#cache?.read(name, bytes);
    const script = compile(source, filename, cachedData);
    this.#chunks.push({ name, source: bytes, script, isCached: cachedData !== undefined });
    return script;
  }
}

function compile(source: string, filename: string, cachedData?: Buffer) {
  const { Script } = process.getBuiltinModule('node:vm');
  return new Script(source, { filename, ...(cachedData !== undefined && { cachedData }) });
}
