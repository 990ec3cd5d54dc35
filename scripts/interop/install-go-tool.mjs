import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.mjs';
import { binFolder, findOnPath } from './tool-folder.mjs';

/** Builds a pinned Go program into the folder's bin. */
export function installGoTool(tool) {
  return goInstall(tool.name, `${tool.path}@${tool.version}`);
}

/** Builds a Go program of ours, from its folder beside this file, into the folder's bin. */
export function installGoProgram(program) {
  return goInstall(program.name, '.', fileURLToPath(new URL(program.folder, import.meta.url)));
}

async function goInstall(name, target, cwd) {
  const go = await findOnPath('go');
  if (go === undefined) throw new Error(`${name} is built with Go, which is not installed`);
  await mkdir(binFolder, { recursive: true });
  await runCommand('nice', ['-n', '10', go, 'install', target], { cwd, env: buildEnvironment() });
}

/** Without cgo no C compiler is needed; `-p` bounds memory, for each package compiles in its own process. */
function buildEnvironment() {
  const flags = ['-buildvcs=false', '-trimpath', `-p=${Math.min(4, availableParallelism())}`];
  return { ...process.env, GOBIN: binFolder, CGO_ENABLED: '0', GOFLAGS: flags.join(' ') };
}
