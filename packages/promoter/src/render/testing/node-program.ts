import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for programs, removed at the end. */
export interface ProgramFolder extends Disposable {
  readonly path: string;
  /** Writes a program of a few lines of JavaScript, and returns its path. */
  write(name: string, lines: string): string;
}

/** Makes a directory for real programs of a few lines. */
export function programFolder(): ProgramFolder {
  const path = mkdtempSync(join(tmpdir(), 'programs-'));
  return {
    path,
    write(name, lines) {
      const file = join(path, name);
      writeFileSync(file, `#!${process.execPath}\n${lines}\n`, { mode: 0o755 });
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
