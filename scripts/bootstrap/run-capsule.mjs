import { join } from 'node:path';
import { buildCommand } from './build-command.mjs';
import { runChild } from './run-child.mjs';
import { workspaceRoot } from './workspace.mjs';

/** Runs the `capsule` command from the sources as they are, in the directory that the caller called from. */
export async function runCapsule(node, args) {
  buildCommand(node);
  const cwd = process.env.INIT_CWD ?? process.cwd();
  await runChild(node, [join(workspaceRoot, 'packages/cli/dist/capsule.js'), ...args], { cwd });
}
