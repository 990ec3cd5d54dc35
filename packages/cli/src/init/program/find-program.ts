import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../context.ts';
import { version } from '../../version.ts';
import { readWritten } from '../read-written.ts';
import { integrityPattern, programLockFile, programManifest, programName, readIntegrity } from './program-files.ts';
import { runNpm } from './run-npm.ts';
import { whyAnother } from './same-program.ts';

/** The program that a CI job signs with: locked by its hash, or why it cannot be. */
export type FoundProgram =
  | { readonly state: 'locked'; readonly integrity: string }
  /** `isForeign`: the registry has something else under that name and version. */
  | { readonly state: 'missing'; readonly why: string; readonly isForeign: boolean };

/**
 * Finds the hash of this version in the registry that npm is set up for. Only the very program that runs is taken. A lock
 * file that this version has written before is taken as it is, without asking.
 */
export async function findProgram(root: string, context: Context): Promise<FoundProgram> {
  const integrity = await lockedBefore(root);
  return integrity === undefined ? ask(context) : { state: 'locked', integrity };
}

async function lockedBefore(root: string): Promise<string | undefined> {
  const text = await readWritten(join(root, programLockFile));
  return text === undefined ? undefined : readIntegrity(text);
}

async function ask(context: Context): Promise<FoundProgram> {
  const directory = await mkdtemp(join(context.temporaryDirectory, 'capsule-npm-')); // mode 0700
  try {
    await writeFile(join(directory, 'package.json'), programManifest.text);
    // The repository's own .npmrc is not asked: the prefix is elsewhere.
    const result = await runNpm(['install', '--prefix', directory], directory, context);
    context.signal.throwIfAborted();
    if (!result.isDone) return missing(explain(result.code));
    return await inspect(directory, context);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function inspect(directory: string, { program }: Context): Promise<FoundProgram> {
  const why = await whyAnother(join(directory, 'node_modules', programName), dirname(dirname(await realpath(program))));
  if (why !== undefined) return { ...missing(`${named} in npm's registry is not the program that runs here: ${why}`), isForeign: true };
  const lock: unknown = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8'));
  const place = ['packages', `node_modules/${programName}`, 'integrity'];
  const integrity = place.reduce<unknown>((at, key) => new Map(Object.entries(Object(at))).get(key), lock);
  if (typeof integrity === 'string' && integrityPattern.test(integrity)) return { state: 'locked', integrity };
  return missing(`npm's registry states no SHA-512 of ${named}`);
}

function missing(why: string): Extract<FoundProgram, { state: 'missing' }> {
  return { state: 'missing', why, isForeign: false };
}

const named = `${programName}@${version}`;

/** Source: docs.npmjs.com, "Common errors"; npm's own codes, else those of the system. */
function explain(code: string): string {
  if (code === 'ENOENT') return 'npm is not on the PATH';
  if (code === 'E404' || code === 'ETARGET') return `npm's registry does not have ${named}`;
  if (code === 'E401' || code === 'E403') return `npm's registry refuses to serve ${named} (${code})`;
  return `npm could not ask its registry for ${named} (${code})`;
}
