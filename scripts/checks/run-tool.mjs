import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a tool of the workspace, shows what it printed only where it failed, and tells whether it passed. */
export function runTool(command, args, cwd = root) {
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => finish(resolve, `${command}: ${error.message}\n`, false));
    child.once('close', (status) => finish(resolve, Buffer.concat(chunks), status === 0));
  });
}

function finish(resolve, output, passed) {
  if (!passed) process.stdout.write(output);
  resolve(passed);
}
