import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from './rules/source-files.ts';

/** Bundles the `capsule` command where its sources are newer than the bundle, and returns the path of its entry. */
export async function builtCommand(): Promise<string> {
  await promisify(execFile)(process.execPath, [join(workspaceRoot, 'scripts/build-command.mjs')]);
  return join(workspaceRoot, 'packages/cli/dist/capsule.js');
}
