import { copyFileSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

/**
 * Copies a file, or a directory into what is there; links and `.git` are left out without a word.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/file_copier.go.
 */
export async function copy({ config: raw, workDir }: StepContext): Promise<StepResult> {
  const config = new Config('copy', raw).without('ignore');
  copyTree(secureJoin(workDir, config.text('inPath')), secureJoin(workDir, config.text('outPath')));
  return { status: 'Succeeded' };
}

function copyTree(from: string, to: string): void {
  const stats = lstatSync(from);
  if (stats.isSymbolicLink()) return;
  if (stats.isFile()) {
    mkdirSync(dirname(to), { recursive: true });
    return copyFileSync(from, to);
  }
  if (!stats.isDirectory()) throw new Error(`failed to copy ${from}: neither file nor directory`);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (name !== '.git') copyTree(join(from, name), join(to, name));
}
