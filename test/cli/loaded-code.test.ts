import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TufServer } from '../../packages/verifier/src/trust/testing/tuf-server.ts';
import { identityOptions, signKeyless } from '../releases/keyless.ts';
import { capsulePath } from './capsule-command.ts';
import { Workbench } from './workbench.ts';

const preload = new URL('list-loaded.ts', import.meta.url).href;
const chunks = join(capsulePath, '..', 'chunks');

let bench: Workbench;
beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  bench.write('trusted_root.json', await signKeyless(bench.path('capsules'), bench.tag));
});

afterAll(() => bench[Symbol.dispose]());

const verify = (): readonly string[] => ['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--name', 'app'];
const byKey = (): readonly string[] => [...verify(), '--key', 'signing.pub'];
const byIdentity = (): readonly string[] => [...verify(), ...identityOptions, '--trusted-root', 'trusted_root.json'];

// Words that stand in the code of one library and nowhere else.
const libraries = {
  '@sigstore/sign': 'FulcioSigner',
  'tuf-js': 'TrustedMetadataStore',
  '@sigstore/verify': 'CertificateChainVerifier',
  fflate: 'require_fflate|dflt',
} as const;

test.each([
  ['by identity', byIdentity, ['@sigstore/sign', 'tuf-js', 'fflate']],
  ['by key', byKey, ['@sigstore/sign', 'tuf-js', 'fflate', '@sigstore/verify']],
] as const)('a verification %s loads no code that it does not run', async (_what, args, never) => {
  const loaded = await loadedText(args());

  expect(never.filter((library) => new RegExp(libraries[library]).test(loaded))).toEqual([]);
});

test('nor does one by an identity whose root was got before', async () => {
  await using server = await TufServer.start({ version: 1, files: { 'trusted_root.json': bench.read('trusted_root.json') } });
  const env = { TUF_MIRROR: server.address, TUF_ROOT_JSON: bench.write('root.json', server.root) };
  const args = [...verify(), ...identityOptions];

  expect(await loadedText(args, env)).toContain(libraries['tuf-js']);
  expect(await loadedText(args, env)).not.toContain(libraries['tuf-js']);
});

test('a verification by identity loads what verifies it', async () => {
  expect(await loadedText(byIdentity())).toContain('CertificateChainVerifier');
});

test.each(Object.entries(libraries))('%s is part of the command, and known by its words', (_name, words) => {
  const all = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'));

  expect(all.some((text) => new RegExp(words).test(text))).toBe(true);
});

/** The text of every file of the command that a run loads. */
async function loadedText(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const list = bench.write('loaded.txt', '');
  const { status, stderr } = await bench.run(args, { preload, env: { ...env, CAPSULE_TEST_LOADED: list } });
  expect(status, stderr).toBe(0);
  const files = readFileSync(list, 'utf8').trim().split('\n').map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(files.length).toBeGreaterThan(3);
  return files.map((path) => readFileSync(path, 'utf8')).join('\n');
}
