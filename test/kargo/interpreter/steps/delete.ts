import { lstatSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { Config } from '../config.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Deletes files, directories and links, none of them outside of the work directory. Source: Kargo v1.11.2, builtin/file_deleter.go. */
export async function deletePaths({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('delete', raw).without('pathsAreGlobs');
  const path = config.optionalText('path');
  const paths = [...(path === undefined ? [] : [path]), ...config.texts('paths')];
  const found = paths.map((each) => resolve(workDir, each, config.flag('strict')));
  for (const at of found) if (at !== undefined) rmSync(at, { recursive: true, force: true });
  return { status: 'Succeeded' };
}

/** Where a path leads, its own last part not followed; or nothing where it leads nowhere. */
function resolve(workDir: string, path: string, isStrict: boolean): string | undefined {
  const root = realpathSync(workDir);
  const at = join(root, path);
  const target = withReason(path, () => {
    assertBelow(root, at);
    const parent = unlessMissing(() => realpathSync(dirname(at)));
    if (parent === undefined) return undefined;
    if (parent !== root) assertBelow(root, parent);
    const found = join(parent, basename(at));
    return unlessMissing(() => lstatSync(found)) && found;
  });
  if (target === undefined && isStrict) throw new Error(`path "${path}" does not exist`);
  return target;
}

function withReason<Value>(path: string, find: () => Value): Value {
  try {
    return find();
  } catch (error) {
    throw new Error(`could not resolve path "${path}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function assertBelow(root: string, at: string): void {
  if (!at.startsWith(root + sep)) throw new Error('path attempts to traverse outside the working directory');
}

/** Nothing where nothing is. A link to itself, or a file in place of a directory, is an error. */
function unlessMissing<Value>(find: () => Value): Value | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
