import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { linkTool, toolFolder } from './tool-folder.mjs';

/** Installs another Node line from the npm package that carries its binary. */
export async function installNodeTool(tool) {
  const packageName = `node-${process.platform}-${process.arch}`;
  const prefix = join(toolFolder, tool.name);
  await mkdir(prefix, { recursive: true });
  // npm walks up to the workspace's package.json unless the folder has its own.
  await writeFile(join(prefix, 'package.json'), '{ "private": true }\n');
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', ['install', '--prefix', prefix, ...options, `${packageName}@${tool.version}`], { cwd: prefix });
  await linkTool(tool.name, join(prefix, 'node_modules', packageName, 'bin', 'node'));
}
