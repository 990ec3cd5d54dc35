import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

const before = process.umask();
let bench: Workbench;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release('oci:released');
});
afterAll(() => {
  process.umask(before);
  bench[Symbol.dispose]();
});

const commands = [
  ['keygen', (place: string) => ['keygen', '--output', `${place}/keys`]],
  ['pack', (place: string) => ['pack', ...bench.packOptions, '--to', `oci:${place}/layout`]],
  ['release', (place: string) => ['release', ...bench.packOptions, '--key', 'signing.key', '--to', `oci:${place}/layout`]],
  ['unpack', (place: string) => ['unpack', `oci:released:${bench.tag}`, ...bench.verifyOptions, '--output', `${place}/release`]],
] as const;

test.each(commands)('%s makes nothing that others may write to, under a umask of 000', async (name, argsIn) => {
  process.umask(0o000);
  const place = `open/${name}/a`;
  expect(await bench.run(argsIn(place), { env: { COSIGN_PASSWORD: 'a password' } })).toMatchObject({ status: 0 });
  expect(modesBelow(bench.path('open', name)).filter(([, mode]) => (mode & 0o022) !== 0)).toEqual([]);
});

test.each(commands)('%s makes no directory that others may enter, under a umask of 077', async (name, argsIn) => {
  process.umask(0o077);
  const place = `closed/${name}/a`;
  expect(await bench.run(argsIn(place), { env: { COSIGN_PASSWORD: 'a password' } })).toMatchObject({ status: 0 });
  const directories = modesBelow(bench.path('closed', name)).filter(([path]) => lstatSync(bench.path('closed', name, path)).isDirectory());
  expect(directories.filter(([, mode]) => (mode & 0o077) !== 0)).toEqual([]);
});

test('init makes nothing that others may write to, under a umask of 000', async () => {
  process.umask(before);
  using own = new Workbench();
  own.git('remote', 'add', 'origin', 'git@github.com:example/app.git');
  const present = new Set(modesBelow(own.path('app')).map(([path]) => path));
  process.umask(0o000);
  expect(await own.run(['init', '--yes'], { cwd: own.path('app') })).toMatchObject({ status: 0 });
  const made = modesBelow(own.path('app')).filter(([path]) => !present.has(path));
  expect(made.map(([path]) => path)).toEqual(expect.arrayContaining(['capsule.yaml', 'kargo']));
  expect(made.filter(([, mode]) => (mode & 0o022) !== 0)).toEqual([]);
});

function modesBelow(directory: string): readonly (readonly [path: string, mode: number])[] {
  const paths = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })];
  return paths.map((path) => [path, lstatSync(join(directory, path)).mode & 0o777]);
}
