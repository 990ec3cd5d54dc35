import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/** Writes a new file. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/file_writer.go. */
export async function fileWrite({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('file-write', raw);
  const path = config.text('path');
  const clean = normalize(path);
  if (isAbsolute(path)) throw failed(`path "${path}" must be relative`);
  if (/^\.\.(\/|$)/.test(clean)) throw failed(`path "${path}" attempts to traverse outside the working directory`);
  if (/^\.git(\/|$)/.test(clean)) throw failed(`writing to the .git directory is forbidden: "${path}"`);
  const at = secureJoin(workDir, path);
  if (at !== join(workDir, clean)) throw failed(`path "${path}" resolves to a different path (symlinks are forbidden)`);
  if (existsSync(at) && !config.flag('overwrite')) throw failed(`file "${path}" already exists; set overwrite to true to replace it`);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, config.optionalText('contents') ?? '', { mode: Number.parseInt(config.optionalText('permissions') ?? '0600', 8) });
  return { status: 'Succeeded' };
}
