import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { validate as validateExported } from '../../packages/cli/generated/trust-exported.js';
import { validate as validateShown } from '../../packages/cli/generated/trust-shown.js';
import { cacheDirectory } from '../../packages/cli/src/input/cache-directory.ts';
import { TufServer } from '../../packages/verifier/src/trust/testing/tuf-server.ts';
import { identityOptions, signKeyless } from '../releases/keyless.ts';
import { Workbench } from './workbench.ts';

const signing = '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}\n';

let bench: Workbench;
let root: string;
let server: TufServer;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
  root = await signKeyless(bench.path('capsules'), bench.tag);
  bench.write('file/trusted_root.json', root);
});

beforeEach(async () => {
  server = await TufServer.start({ version: 1, files: { 'trusted_root.json': root, 'signing_config.v0.2.json': signing } });
  env = { TUF_MIRROR: server.address, TUF_ROOT_JSON: bench.write('file/root.json', server.root) };
});

afterEach(() => server.stop());
afterAll(() => bench[Symbol.dispose]());

const verifyByIdentity = (): readonly string[] => ['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--name', 'app', ...identityOptions];
const cache = (): string => bench.path('home', '.cache', 'release-capsule', 'tuf');

describe('capsule trust show', () => {
  test('explains a file', async () => {
    const { status, stdout } = await bench.run(['trust', 'show', 'file/trusted_root.json']);

    expect(status).toBe(0);
    expect(stdout).toContain('file/trusted_root.json sha256:');
    for (const text of ['Certificate authorities', 'Transparency logs', 'https://log.example', 'in use', 'since 2020-01-01, no end stated']) {
      expect(stdout).toContain(text);
    }
  });

  test('explains what a TUF repository says, and until when it counts', async () => {
    const { status, stdout } = await bench.run(['trust', 'show'], { env });

    expect(status).toBe(0);
    expect(stdout).toContain(`from         ${server.address}`);
    expect(stdout).toMatch(/known good {3}until \d{4}-/);
  });

  test('takes the repository from flags as well', async () => {
    const { status } = await bench.run(['trust', 'show', 'public-good', '--mirror', server.address, '--root', 'file/root.json']);

    expect(status).toBe(0);
  });

  test.each([
    ['a file', () => ['trust', 'show', 'file/trusted_root.json']],
    ['a repository', () => ['trust', 'show']],
  ])('prints %s as the published JSON', async (_what, args) => {
    const { stdout } = await bench.run([...args(), '--json'], { env });

    expect(validateShown(JSON.parse(stdout)), JSON.stringify(validateShown.errors)).toBe(true);
    expect(validateShown({ ...JSON.parse(stdout), more: true })).toBe(false);
  });

  test('refuses a root that leaves a period open', async () => {
    bench.write('file/open.json', root.replaceAll('"validFor":{"start":"2020-01-01T00:00:00Z"}', '"validFor":{}'));
    const { status, stderr } = await bench.run(['trust', 'show', 'file/open.json']);

    expect(status).toBe(2);
    expect(stderr).toContain('without a beginning [TRUST_INVALID]');
  });
});

describe('capsule trust export', () => {
  test('writes root and signing configuration, byte for byte', async () => {
    const { status, stdout } = await bench.run(['trust', 'export', '--output', 'out/root.json', '--signing-config', 'out/signing.json', '--json'], { env });

    expect(status).toBe(0);
    expect(bench.read('out/root.json')).toBe(root);
    expect(bench.read('out/signing.json')).toBe(signing);
    const printed = JSON.parse(stdout);
    expect(validateExported(printed), JSON.stringify(validateExported.errors)).toBe(true);
    expect(validateExported({ ...printed, more: true })).toBe(false);
    expect(printed.digest).toBe(`sha256:${createHash('sha256').update(root).digest('hex')}`);
  });

  test('replaces the file of an earlier export with the newest root', async () => {
    await bench.run(['trust', 'export', '--output', 'out/root.json'], { env });
    server.publish({ version: 2, files: { 'trusted_root.json': `${root}\n` } });

    expect((await bench.run(['trust', 'export', '--output', 'out/root.json'], { env })).status).toBe(0);
    expect(bench.read('out/root.json')).toBe(`${root}\n`);
  });

  test.each([
    ['nobody answers', async () => server.stop(), 3, 'TRUST_UNAVAILABLE'],
    ['the root is unusable', async () => server.publish({ version: 2, files: { 'trusted_root.json': '{}' } }), 2, 'TRUST_INVALID'],
    ['there is no signing configuration', async () => server.publish({ version: 2, files: { 'trusted_root.json': root } }), 2, 'OPTION_INVALID'],
    ['the second file has no place', async () => mkdirSync(bench.path('never', 'signing.json'), { recursive: true }), 4, 'FILE_UNWRITABLE'],
  ] as readonly (readonly [string, () => Promise<unknown>, number, string])[])('writes nothing where %s', async (_what, arrange, status, code) => {
    mkdirSync(bench.path('never'), { recursive: true });
    await arrange();
    const before = bench.snapshot('never');
    const result = await bench.run(['trust', 'export', '--output', 'never/root.json', '--signing-config', 'never/signing.json'], { env });

    expect(result).toMatchObject({ status, stderr: expect.stringContaining(`[${code}]`) });
    expect(bench.snapshot('never')).toEqual(before);
  });

  test.each([
    [['trust', 'import'], 'capsule trust show or capsule trust export'],
    [['trust', 'export', 'root.json'], '--output'],
    [['trust', 'show', '--output', 'root.json'], 'capsule trust export'],
  ])('%j is told what to write instead', async (args, hint) => {
    const { status, stderr } = await bench.run(args);

    expect(status).toBe(2);
    expect(stderr).toContain(hint);
  });
});

describe('a verification by identity', () => {
  test('gets the root by itself, and then does without the network', async () => {
    expect(await bench.run(verifyByIdentity(), { env })).toMatchObject({ status: 0, stderr: '' });
    await server.stop();
    server.requests.length = 0;

    expect(await bench.run(verifyByIdentity(), { env })).toMatchObject({ status: 0, stderr: '' });
    expect(server.requests).toEqual([]);
  });

  test('gets it for a policy as well', async () => {
    const keyless = `{ issuer: "${identityOptions[3]}", identity: "${identityOptions[1]}" }`;
    bench.write('policy.yaml', `apiVersion: release-capsule/v1\nkind: Policy\ncapsule: { name: app, signers: [{ keyless: ${keyless} }] }\n`);

    expect(await bench.run(['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--policy', 'policy.yaml'], { env })).toMatchObject({ status: 0 });
  });

  test('does not use a root that has expired: it says that it is too old, and what to do', async () => {
    await bench.run(verifyByIdentity(), { env });
    await server.stop();
    for (const name of readdirSync(cache())) {
      const path = join(cache(), name);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"expires":"[^"]+"/, '"expires":"2026-01-01T00:00:00.000Z"').replace(/"fetchedAt":"[^"]+"/, '"fetchedAt":"2025-12-31T00:00:00.000Z"'));
    }
    const { status, stderr } = await bench.run(verifyByIdentity(), { env });

    expect(status).toBe(3);
    expect(stderr).toMatch(/too old.*\[TRUST_EXPIRED\]\nhint: .*capsule trust export/);
  });

  test('is undetermined where no root can be got', async () => {
    await server.stop();
    const { status, stderr } = await bench.run(verifyByIdentity(), { env });

    expect(status).toBe(3);
    expect(stderr).toContain('[TRUST_UNAVAILABLE]');
  });

  test('asks for no root before the flags make sense', async () => {
    const { status, stderr } = await bench.run(verifyByIdentity().slice(0, -2), { env });

    expect(status).toBe(2);
    expect(stderr).toContain('[POLICY_INVALID]');
    expect(server.requests).toEqual([]);
  });

  test('by the key of another repository is refused, although the capsule is as before', async () => {
    await using stranger = await TufServer.start({ version: 1, files: { 'trusted_root.json': root } });
    const { status, stderr } = await bench.run(verifyByIdentity(), { env: { ...env, TUF_MIRROR: stranger.address } });

    expect(status).toBe(2);
    expect(stderr).toContain('[TRUST_INVALID]');
  });
});

describe('the cache', () => {
  test.each([
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/c', HOME: '/h' }, 'linux', '/c/release-capsule'],
    ['the home directory', { HOME: '/h' }, 'linux', '/h/.cache/release-capsule'],
    ['the home directory, since XDG allows no relative path', { XDG_CACHE_HOME: 'c', HOME: '/h' }, 'linux', '/h/.cache/release-capsule'],
    ["macOS's own", { HOME: '/h' }, 'darwin', '/h/Library/Caches/release-capsule'],
    ["Windows' own", { LOCALAPPDATA: '/l' }, 'win32', '/l/release-capsule'],
    ['nowhere without a home', {}, 'linux', undefined],
  ] as const)('is in %s', (_what, variables, platform, path) => {
    expect(cacheDirectory({ env: variables }, platform)).toBe(path);
  });

  test('is of no use to others, and there is nothing where there is no home', async () => {
    expect(await bench.run(verifyByIdentity(), { env: { ...env, HOME: '' } })).toMatchObject({ status: 0 });
    expect(bench.leftovers()).toEqual([]);
    expect(existsSync(bench.path('.cache'))).toBe(false);
  });
});
