import { execFile } from 'node:child_process';
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from './run-command.mjs';
import { findOnPath, linkTool, toolFolder, wrapTool } from './tool-folder.mjs';

const triplets = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/**
 * Takes a program that is installed already, installs its package where we are root, else unpacks it beside. Debian drops what
 * it replaces, so no version is asked for: what is served is taken. Returns which that is.
 */
export async function installDebianTool(tool) {
  if ((await findOnPath(tool.name)) === undefined) {
    if (process.getuid?.() !== 0) return unpackBeside(tool);
    await updatePackageLists();
    const options = ['-q', '-y', '--no-install-recommends'];
    await runCommand('apt-get', ['install', ...options, tool.package], { env: withoutQuestions(), quiet: true });
  }
  const found = await findOnPath(tool.name);
  if (found === undefined) throw new Error(`${tool.package} is installed, but ${tool.name} is not on the PATH`);
  await linkTool(tool.name, found);
  return `${found} of ${await ownerOf(found)}`;
}

let updated;

function updatePackageLists() {
  updated ??= runCommand('apt-get', ['update', '-q'], { quiet: true });
  return updated;
}

/** Says of which package, and which version of it, a program is: one from elsewhere is of none. */
async function ownerOf(program) {
  const path = await realpath(program);
  // A machine may have merged /bin into /usr/bin after dpkg has noted where the program lies.
  for (const noted of [path, program, path.replace(/^\/usr/, '')]) {
    const [owner] = (await read('dpkg-query', ['--search', noted]).catch(() => '')).split(': ');
    if (owner !== '') return read('dpkg-query', ['--show', '--showformat', '${Package} ${Version}', owner]);
  }
  return 'no package';
}

async function unpackBeside(tool) {
  const archives = join(toolFolder, 'debian-archives', tool.name);
  const root = join(toolFolder, 'debian', tool.name);
  await rm(archives, { recursive: true, force: true });
  await mkdir(archives, { recursive: true });
  await mkdir(root, { recursive: true });
  await runCommand('apt-get', ['download', '-q', tool.package, ...tool.libraries], { cwd: archives, quiet: true });
  const taken = [];
  for (const archive of await readdir(archives)) {
    await runCommand('dpkg', ['-x', join(archives, archive), root]);
    taken.push(await read('dpkg-deb', ['--show', '--showformat', '${Package} ${Version}', join(archives, archive)]));
  }
  await wrapTool(tool.name, join(root, tool.folder ?? 'usr/bin', tool.name), join(root, 'usr/lib', triplets[process.arch] ?? ''));
  return taken.join(', ');
}

async function read(command, args) {
  const { stdout } = await promisify(execFile)(command, args);
  return stdout.trim();
}

function withoutQuestions() {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}
