/** What V8 has compiled of a chunk. */
export interface CompiledChunk {
  readonly name: string;
  readonly source: Buffer;
  readonly data: Buffer;
}

/** Where compiled code is kept between runs. */
export interface CodeCache {
  /** What was kept for exactly this source, or nothing. */
  readonly read: (name: string, source: Buffer) => Buffer | undefined;
  /** Keeps compiled chunks; silently not, where that fails. */
  readonly write: (chunks: Iterable<CompiledChunk>) => void;
}

/** Who runs the program, and with what. */
export interface CodeCacheOptions {
  /** The effective user; absent where files have no owner. */
  readonly user: number | undefined;
  /** Names the Node and the processor that code is compiled for. */
  readonly engine: string;
}

const folderName = 'code-cache';
const checksumBytes = 4;
const writableByOthers = 0o022;

/**
 * Opens the cache inside the program's own folder, or returns nothing. Whoever writes it writes code: it is used only where its
 * folders, the program's folder and its entry have one owner, and nobody else may write in them. Only a run of that owner adds to it.
 */
export function openCodeCache(program: string, { user, engine }: CodeCacheOptions): CodeCache | undefined {
  const owner = soleWriter(program);
  if (user === undefined || owner === undefined || soleWriter(`${program}/capsule.js`) !== owner) return undefined;
  const folder = `${program}/${folderName}/${engine}`;
  const isOwned = (): boolean => [`${program}/${folderName}`, folder].every((path) => soleWriter(path) === owner);
  let isReadable: boolean | undefined;
  return {
    read(name, source) {
      const path = `${folder}/${name}`;
      isReadable ??= isOwned();
      // Somebody may have left it there while the folder was open to more.
      return isReadable && soleWriter(path) === owner ? readChunk(path, source) : undefined;
    },
    write(chunks) {
      if (user === owner) attempt(() => writeChunks(folder, chunks, isOwned));
    },
  };
}

/** The one user who may write here, or nothing where there are more, or it is a link or missing. */
function soleWriter(path: string): number | undefined {
  const stats = attempt(() => process.getBuiltinModule('node:fs').lstatSync(path));
  const isPlain = stats?.isDirectory() === true || stats?.isFile() === true;
  return isPlain && (stats.mode & writableByOthers) === 0 ? stats.uid : undefined;
}

function readChunk(path: string, source: Buffer): Buffer | undefined {
  return attempt(() => {
    const kept = process.getBuiltinModule('node:fs').readFileSync(path);
    const data = kept.subarray(checksumBytes);
    return kept.readUInt32LE() === checksum(source, data) ? data : undefined;
  });
}

function writeChunks(folder: string, chunks: Iterable<CompiledChunk>, isOwned: () => boolean): void {
  process.getBuiltinModule('node:fs').mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (!isOwned()) return;
  for (const { name, source, data } of chunks) writeChunk(`${folder}/${name}`, source, data);
}

/** Writes beside and renames: a reader sees all of it or nothing. */
function writeChunk(path: string, source: Buffer, data: Buffer): void {
  const { renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const temporary = `${path}.${process.pid}`;
  const head = Buffer.alloc(checksumBytes);
  head.writeUInt32LE(checksum(source, data));
  try {
    writeFileSync(temporary, Buffer.concat([head, data]), { mode: 0o644 });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Against accidents alone: V8 compares nothing but the source's length, and runs what it is given. */
function checksum(source: Buffer, data: Buffer): number {
  const { crc32 } = process.getBuiltinModule('node:zlib');
  return crc32(data, crc32(source));
}

/** A disk that is full or read-only, a file that is missing or cut short: what is not kept is compiled again. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
