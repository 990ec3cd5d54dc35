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
  assertBelow(root, at, path);
  const parent = realPath(dirname(at));
  if (parent !== undefined && parent !== root) assertBelow(root, parent, path);
  const target = parent === undefined ? undefined : join(parent, basename(at));
  if (target !== undefined && lstatSync(target, { throwIfNoEntry: false }) !== undefined) return target;
  if (isStrict) throw new Error(`path "${path}" does not exist`);
  return undefined;
}

function assertBelow(root: string, at: string, path: string): void {
  if (at.startsWith(root + sep)) return;
  throw new Error(`could not resolve path "${path}": path attempts to traverse outside the working directory`);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
