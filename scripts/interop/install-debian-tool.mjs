import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { findOnPath, linkTool, toolFolder, wrapTool } from './tool-folder.mjs';

const triplets = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Takes a program that is installed already, installs its package where we are root, else unpacks it beside. */
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
}

let updated;

function updatePackageLists() {
  updated ??= runCommand('apt-get', ['update', '-q'], { quiet: true });
  return updated;
}

async function unpackBeside(tool) {
  const archives = join(toolFolder, 'debian-archives', tool.name);
  const root = join(toolFolder, 'debian', tool.name);
  await rm(archives, { recursive: true, force: true });
  await mkdir(archives, { recursive: true });
  await mkdir(root, { recursive: true });
  await runCommand('apt-get', ['download', '-q', tool.package, ...tool.libraries], { cwd: archives, quiet: true });
  for (const archive of await readdir(archives)) await runCommand('dpkg', ['-x', join(archives, archive), root]);
  await wrapTool(tool.name, join(root, tool.folder ?? 'usr/bin', tool.name), join(root, 'usr/lib', triplets[process.arch] ?? ''));
}

function withoutQuestions() {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}
