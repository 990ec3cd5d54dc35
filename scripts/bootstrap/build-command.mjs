import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

const distribution = join(workspaceRoot, 'packages', 'cli', 'dist');
const stampPath = join(distribution, '.built');
const steps = ['scripts/compile-schemas.mjs', 'scripts/bundle-cli.mjs'];

/** Bundles the command unless the bundle is newer than everything it is made of. Prints on stderr only. */
export function buildCommand(node) {
  if (existsSync(join(distribution, 'capsule.js')) && newestSource() <= timeOf(stampPath)) return;
  const started = new Date();
  for (const step of steps) {
    const { status, signal } = spawnSync(node, [step], { cwd: workspaceRoot, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${step} failed (${signal ?? `exit status ${status}`}).`);
  }
  mkdirSync(distribution, { recursive: true });
  writeFileSync(stampPath, '');
  // What is edited while the build runs must count as newer than it.
  utimesSync(stampPath, started, started);
}

function newestSource() {
  const packages = readdirSync(join(workspaceRoot, 'packages'));
  const folders = packages.flatMap((name) => [join('packages', name, 'src'), join('packages', name, 'schema')]);
  const files = [...packages.map((name) => join('packages', name, 'package.json')), 'pnpm-lock.yaml', ...steps];
  const times = [...files, ...folders].map((path) => newestWithin(join(workspaceRoot, path)));
  return Math.max(...times);
}

/** A folder's own time counts too: it tells of files that were removed. */
function newestWithin(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const within = readdirSync(path).filter((name) => !name.endsWith('.test.ts'));
  return Math.max(stats.mtimeMs, ...within.map((name) => newestWithin(join(path, name))));
}

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
