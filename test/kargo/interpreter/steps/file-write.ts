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
  if (isAbsolute(path) || /^(\.\.|\.git)(\/|$)/.test(clean)) throw failed(`path "${path}" is not allowed`);
  const at = secureJoin(workDir, path);
  if (at !== join(workDir, clean)) throw failed(`path "${path}" goes through a link`);
  if (existsSync(at) && !config.flag('overwrite')) throw failed(`file "${path}" already exists`);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, config.optionalText('contents') ?? '', { mode: Number.parseInt(config.optionalText('permissions') ?? '0600', 8) });
  return { status: 'Succeeded' };
}
