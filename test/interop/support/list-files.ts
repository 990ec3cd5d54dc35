import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A file as a test compares it. */
export interface ListedFile {
  readonly path: string;
  readonly isExecutable: boolean;
  readonly content: string;
}

/** Lists every file below a directory, in the order of the bytes of their paths. */
export function listFiles(directory: string): readonly ListedFile[] {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  paths.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return paths.map((path) => {
    const file = join(directory, path);
    return { path, isExecutable: (statSync(file).mode & 0o111) !== 0, content: readFileSync(file, 'utf8') };
  });
}
