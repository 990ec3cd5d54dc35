import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installEnvironment } from './install-environment.mjs';
import { pnpm } from './pnpm.mjs';
import { workspaceRoot } from './workspace.mjs';

const stampPath = join(workspaceRoot, 'node_modules', '.installed-from');

/** Installs the workspace's dependencies unless they are those of the lockfile already. Prints on stderr only. */
export function installWorkspace() {
  const fingerprint = fingerprintManifests();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === fingerprint) return;
  console.error('Installing what the workspace needs (about twenty seconds the first time) ...');
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile', '--prefer-offline'];
  // Standard output belongs to the script that runs afterwards.
  const { status, signal, error } = spawnSync('npx', args, { cwd: workspaceRoot, env: installEnvironment(), stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    const reason = error?.message ?? signal ?? `exit status ${status}`;
    throw new Error(`The installation failed (npx ${args.join(' ')}: ${reason}).`);
  }
  writeFileSync(stampPath, fingerprint);
}

/** Hashes contents, not times: a checkout touches files that it does not change. */
function fingerprintManifests() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const path of listManifests()) hash.update(`${path}\0`).update(readFileSync(join(workspaceRoot, path)));
  return hash.digest('hex');
}

function listManifests() {
  const folders = ['packages', 'examples'].flatMap((parent) => listFolders(parent));
  const manifests = ['', 'test', 'bench', ...folders].map((folder) => join(folder, 'package.json'));
  const present = manifests.filter((path) => existsSync(join(workspaceRoot, path)));
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...present];
}

function listFolders(parent) {
  if (!existsSync(join(workspaceRoot, parent))) return [];
  const entries = readdirSync(join(workspaceRoot, parent), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.sort().map((name) => join(parent, name));
}
