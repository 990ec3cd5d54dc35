import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../rules/source-files.ts';
import type { PackedPackage } from './npm-registry.ts';

const published = ['package.json', 'dist/capsule.js', 'dist/chunks', 'schema'];

/** Packs this project's program with npm, as it was built; `change` makes another package of it before. */
export function packProgram(scratch: string, change: (folder: string) => void = () => undefined): PackedPackage {
  const folder = join(scratch, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of published) cpSync(join(workspaceRoot, 'packages/cli', name), join(folder, name), { recursive: true });
  const { devDependencies: _left, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  change(folder);
  const npm = ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch];
  const settings = { npm_config_cache: join(scratch, 'cache'), npm_config_update_notifier: 'false' };
  const env = { PATH: process.env['PATH'] ?? '', HOME: scratch, ...settings };
  execFileSync('npm', npm, { cwd: folder, env, stdio: 'ignore' });
  const name = readdirSync(scratch).find((file) => file.endsWith('.tgz')) ?? '';
  const tarball = readFileSync(join(scratch, name));
  rmSync(join(scratch, name));
  return { manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), tarball };
}
