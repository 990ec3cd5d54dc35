import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnvironment } from '../../packages/capsule-schema/src/testing/git-environment.ts';
import { workspaceRoot } from '../rules/source-files.ts';

/** In parts, for this file is searched as well. */
const hosts = [
  ['deb', 'debian', 'org'],
  ['snapshot', 'debian', 'org'],
  ['ftp', 'de', 'debian', 'org'],
  ['us', 'archive', 'ubuntu', 'com'],
  ['registry', 'npmjs', 'org'],
  ['proxy', 'golang', 'org'],
  ['pypi', 'org'],
  ['static', 'crates', 'io'],
  ['repo', 'maven', 'apache', 'org'],
].map((labels) => labels.join('.'));

const check = `
  import { checkHosts } from ${JSON.stringify(pathToFileURL(join(workspaceRoot, 'scripts/checks/check-hosts.mjs')).href)};
  process.exitCode = (await checkHosts(process.argv[1])) ? 0 : 1;
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-hosts-'));
  execFileSync('git', ['init', '--quiet', folder], { env: gitEnvironment });
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Returns what the check complains about. */
async function complaints(): Promise<readonly string[]> {
  const run: Promise<Ended> = promisify(execFile)(process.execPath, ['--input-type=module', '-e', check, folder]);
  const { stdout, stderr, code = 0 } = await run.catch((error: Ended): Ended => error);
  expect({ stderr, code }).toEqual({ stderr: '', code: stdout === '' ? 0 : 1 });
  return stdout.split('\n').filter((line) => line !== '');
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code?: number;
}

test.each(hosts)('finds the host %s in any file, in any form', async (host) => {
  write('docs/a page.md', `Get it from https://${host}/x, or from ${host.toUpperCase()}.`);
  write('.github/workflows/w.yml', `- run: fetch user@${host}:8443`);
  write('data.bin', `\0\xff${host}\0`);
  execFileSync('git', ['-C', folder, 'add', 'docs'], { env: gitEnvironment });

  const found = await complaints();

  expect(found.map((line) => line.toLowerCase()).sort()).toEqual(
    ['.github/workflows/w.yml', 'data.bin', 'docs/a page.md', 'docs/a page.md'].map((path) => `${path}: ${host} is the host of a package registry`),
  );
});

test.each([
  ['a home page', 'https://www.debian.org/, https://www.npmjs.com/package/yaml and https://nodejs.org/'],
  ['the name of a module', 'golang.org/x/mod v0.38.0'],
  ['a host that only ends or starts alike', `my${['pypi', 'org'].join('.')} ${['pypi', 'org', 'example'].join('.')}`],
])('lets %s be', async (_what, text) => {
  write('README.md', text);
  expect(await complaints()).toEqual([]);
});

test('does not search what Git ignores, nor what was deleted', async () => {
  write('.gitignore', 'node_modules/\n');
  write('node_modules/x', hosts.join('\n'));
  write('gone', hosts.join('\n'));
  execFileSync('git', ['-C', folder, 'add', '.'], { env: gitEnvironment });
  rmSync(join(folder, 'gone'));
  expect(await complaints()).toEqual([]);
});

test('finds any address in the lockfile', async () => {
  write('pnpm-lock.yaml', 'packages:\n  x@1.0.0:\n    resolution: {tarball: https://mirror.example/x.tgz}\n');
  expect(await complaints()).toEqual(['pnpm-lock.yaml: resolution: {tarball: https://mirror.example/x.tgz}']);
});
