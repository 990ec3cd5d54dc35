import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runCommand } from './run-command.mjs';
import { binFolder, findOnPath, linkTool, sourceFolder, toolFolder } from './tool-folder.mjs';

/** Builds a pinned Go program into the folder's bin. */
export function installGoTool(tool) {
  return goInstall(tool.name, `${tool.path}@${tool.version}`);
}

/** Builds a Go program of ours, from its folder beside this file, into the folder's bin. */
export function installGoProgram(program) {
  return goInstall(program.name, '.', fileURLToPath(new URL(program.folder, import.meta.url)));
}

/** Builds a pinned Go program inside its own module, for which no list of the module's versions is asked for. */
export async function installGoModule({ name, module, folder, version }) {
  return goInstall(name, `./${folder}`, await downloadModule(module, version));
}

/** Downloads the source of a pinned Go module, for what lies in it beside programs. */
export async function installGoSource({ name, module, version }) {
  await linkTool(name, await downloadModule(module, version), sourceFolder);
}

/** Downloads a pinned Go module, checked against Go's checksum database, and returns the folder it lies in. */
async function downloadModule(module, version) {
  const args = ['mod', 'download', '-json', `${module}@${version}`];
  const { stdout } = await promisify(execFile)(await findGo(module), args, { cwd: toolFolder });
  return JSON.parse(stdout).Dir;
}

/** Go names a program after its folder: what is called `cosign` or `posix` twice is built apart, and then renamed. */
async function goInstall(name, target, cwd) {
  const go = await findGo(name);
  const folder = join(toolFolder, 'go', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await runCommand('nice', ['-n', '10', go, 'install', target], { cwd, env: buildEnvironment(folder) });
  const [built] = await readdir(folder);
  await mkdir(binFolder, { recursive: true });
  await rename(join(folder, built), join(binFolder, name));
}

async function findGo(name) {
  const go = await findOnPath('go');
  if (go === undefined) throw new Error(`${name} needs Go, which is not installed`);
  return go;
}

/** Without cgo no C compiler is needed; `-p` bounds memory, for each package compiles in its own process. */
function buildEnvironment(folder) {
  const flags = ['-buildvcs=false', '-trimpath', `-p=${Math.min(4, availableParallelism())}`];
  return { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: flags.join(' ') };
}
