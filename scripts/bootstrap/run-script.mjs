import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runChild } from './run-child.mjs';
import { workspaceRoot } from './workspace.mjs';

/** Runs a script of the root's package.json as npm would, with the chosen Node before any other on the PATH. */
export async function runScript(node, name, args) {
  const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8'));
  if (typeof scripts[name] !== 'string') throw new Error(`package.json has no script "${name}".`);
  const command = [scripts[name], ...args.map(quoteForShell)].join(' ');
  const folders = [dirname(node), join(workspaceRoot, 'node_modules', '.bin'), process.env.PATH];
  const env = { ...process.env, PATH: folders.join(delimiter) };
  await runChild('/bin/sh', ['-c', command], { cwd: workspaceRoot, env });
}

function quoteForShell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
