import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../.tools/bin/', import.meta.url));

/** Finds a program among those that scripts/install-interop-tools.mjs has installed, then on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Says which of the programs a comparison needs are not there. */
export function missingPrograms(names: readonly string[]): readonly string[] {
  return names.filter((name) => (name === 'GNU tar' ? !isGnuTar() : findProgram(name) === undefined));
}

/** Returns the path of a program that is there. */
export function programPath(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** Tells whether `tar` is GNU's: bsdtar is another program with other costs. */
function isGnuTar(): boolean {
  const tar = findProgram('tar');
  if (tar === undefined) return false;
  return execFileSync(tar, ['--version'], { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' }).includes('GNU tar');
}
