import { Parser, type ReadEntry } from 'tar';

/** An entry of a tar file that Kargo looks at: other kinds are left out. */
export interface TarEntry {
  readonly kind: 'file' | 'directory' | 'link';
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly modified: Date;
  readonly content: Buffer;
}

const kinds: Readonly<Record<string, TarEntry['kind']>> = { File: 'file', OldFile: 'file', Directory: 'directory', SymbolicLink: 'link' };

/** Reads a tar file by a reader that is not ours. */
export async function readTar(bytes: Buffer): Promise<readonly TarEntry[]> {
  const entries: Promise<readonly TarEntry[]>[] = [];
  const parser = new Parser({ strict: true, onReadEntry: (entry) => entries.push(readEntry(entry)) });
  await new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', (error) => reject(new Error(`error reading tar: ${String(error)}`)));
    parser.end(bytes);
  });
  return (await Promise.all(entries)).flat();
}

async function readEntry(entry: ReadEntry): Promise<readonly TarEntry[]> {
  const content = await entry.concat();
  const kind = kinds[entry.type];
  if (kind === undefined) return [];
  const { path: name, linkpath: target = '', mode = 0o600, mtime = new Date(0) } = entry;
  return [{ kind, name, target, mode, modified: mtime, content }];
}
