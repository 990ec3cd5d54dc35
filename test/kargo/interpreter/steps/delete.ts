import { existsSync, rmSync } from 'node:fs';
import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Deletes files and directories. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/file_deleter.go. */
export async function deletePaths({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('delete', raw).without('pathsAreGlobs');
  const path = config.optionalText('path');
  for (const each of [...(path === undefined ? [] : [path]), ...config.texts('paths')]) {
    const at = secureJoin(workDir, each);
    if (config.flag('strict') && !existsSync(at)) throw new Error(`path "${each}" does not exist`);
    rmSync(at, { recursive: true, force: true });
  }
  return { status: 'Succeeded' };
}
