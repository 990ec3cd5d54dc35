import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pnpm } from '../bootstrap/pnpm.mjs';
import { root, runTool } from './run-tool.mjs';

/** Packs each package as a release would, and checks what a consumer would get. */
export async function checkPackages() {
  const folder = await mkdtemp(join(tmpdir(), 'release-capsule-packed-'));
  try {
    let passed = true;
    for (const name of await readdir(join(root, 'packages'))) passed = (await checkPackage(name, folder)) && passed;
    return passed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkPackage(name, folder) {
  const directory = join(root, 'packages', name);
  const archive = join(folder, `${name}.tgz`);
  const packed = await runTool('npx', ['--yes', pnpm, 'pack', '--out', archive], directory);
  if (!packed) return false;
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const lawful = await runTool('publint', ['run', archive, '--strict']);
  // A package without exports, as the command is, has no types to be wrong.
  const typed = manifest.exports === undefined || (await runTool('attw', [archive, '--profile', 'esm-only']));
  return lawful && typed;
}
