import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository } from './support/make-repository.ts';
import { parseReleased } from './support/released.ts';
import { runToSuccess } from './support/run-program.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';
import { capsuleCommand } from './support/workbench.ts';
import { toolPath } from './tools.ts';

/** What the fixture chart, committed at a fixed time, is packed to. It changes only with the format, or with the fixture. */
const golden = {
  commit: '3c844fca6e63d341a18bcf7a1b4e1c8850c41c24',
  digest: 'sha256:9805a34c96667f844468d3f75b3c15aec7bd919212ecdbbefcfb0dcf1c7fe8fd',
};

let folder: TemporaryFolder;
let commit: string;

beforeAll(() => {
  folder = temporaryFolder();
  commit = makeRepository(join(folder.path, 'app'), { chart: 'test/interop/fixtures/chart' });
});

afterAll(() => folder[Symbol.dispose]());

const machines = [
  { name: 'the Node of the workspace', node: process.execPath, env: {}, umask: '022' },
  { name: 'Node 22', node: toolPath('node22'), env: {}, umask: '022' },
  { name: 'Node 26', node: toolPath('node26'), env: {}, umask: '022' },
  { name: 'another zone, locale and umask', node: process.execPath, env: { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' }, umask: '077' },
  { name: 'Node 22, another zone, locale and umask', node: toolPath('node22'), env: { TZ: 'Asia/Kolkata', LC_ALL: 'C' }, umask: '000' },
];

test.each(machines)('$name packs the golden capsule', async ({ name, node, env, umask }) => {
  const cwd = join(folder.path, name);
  mkdirSync(cwd);
  const source = ['--repo', join(folder.path, 'app'), '--package', 'chart', '--source-url', 'git@example.com:team/hello.git'];
  const image = ['--image', `ghcr.io/example/hello:git-${commit}@sha256:${'1'.repeat(64)}`];
  const args = [node, capsuleCommand, 'pack', '--name', 'hello', ...source, ...image, '--to', 'oci:capsules', '--json'];
  const options = { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env } };
  const printed = await runToSuccess('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...args], options);
  expect({ commit, digest: parseReleased(printed).digest }).toEqual(golden);
});
