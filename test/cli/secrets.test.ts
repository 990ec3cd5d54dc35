import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { Workbench } from './workbench.ts';

const keyPassword = 'kEy-PaSsWoRd-7f3a';
const registryPassword = 'rEgIsTrY-PaSsWoRd-9c1e';
const registryToken = Buffer.from(`robot:${registryPassword}`).toString('base64');
const urlPassword = 'uRl-PaSsWoRd-5b2d';

let bench: Workbench;
let guarded: FakeRegistry;
let broken: FakeRegistry;
let privateKeyLines: readonly string[];
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  bench = new Workbench();
  guarded = await FakeRegistry.start({ auth: { kind: 'basic', username: 'robot', password: 'another' } });
  broken = await FakeRegistry.start();
  broken.fail({ fault: { kind: 'answer', status: 500, body: `it failed with Authorization: Basic ${registryToken}` } });
  const auths = Object.fromEntries([guarded.host, broken.host].map((host) => [host, { auth: registryToken }]));
  bench.write('docker/config.json', JSON.stringify({ auths }));
  bench.write('torn-docker/config.json', JSON.stringify({ auths }).slice(0, -4));
  env = { COSIGN_PASSWORD: keyPassword, DOCKER_CONFIG: bench.path('docker') };
  await bench.json(['keygen', '--output', 'keys'], { env });
  await bench.pack();
  const pem = `${bench.read('signing.key')}${bench.read('keys/cosign.key')}`;
  privateKeyLines = pem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
  bench.write('torn.key', bench.read('signing.key').replace('END', 'DNE'));
  bench.write('swapped.key', bench.read('signing.key').replaceAll('PRIVATE', 'PUBLIC'));
}, 60_000);

afterAll(async () => {
  await guarded.stop();
  await broken.stop();
  bench[Symbol.dispose]();
});

/** Command lines that fail, each near a secret. */
const commands: Readonly<Record<string, () => readonly string[]>> = {
  'sign with a wrong password': () => ['sign', `oci:capsules:${bench.tag}`, '--key', 'wrong.key'],
  'sign with a torn key': () => ['sign', `oci:capsules:${bench.tag}`, '--key', 'torn.key'],
  'sign with a key that says it is public': () => ['sign', `oci:capsules:${bench.tag}`, '--key', 'swapped.key'],
  'sign what is not there': () => ['sign', 'oci:capsules:none', '--key', 'keys/cosign.key'],
  'keygen over a key': () => ['keygen', '--output', 'keys'],
  'verify with a private key': () => ['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--name', 'app', '--key', 'signing.key'],
  'verify with a private key as policy': () => ['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--policy', 'signing.key'],
  'verify with a private key as Freight': () => ['verify', `oci:capsules:${bench.tag}`, '--freight', 'signing.key', '--name', 'app', '--key', 'signing.pub'],
  'pack with a private key as configuration': () => ['pack', '--config', 'signing.key'],
  'pack with a private key as SBOM': () => ['pack', ...bench.packOptions, '--to', 'oci:x', '--sbom', 'signing.key'],
  'inspect where credentials are refused': () => ['inspect', `${guarded.host}/example/app:latest`],
  'release where credentials are refused': () => ['release', ...bench.packOptions, '--to', `${guarded.host}/example/app`, '--key', 'keys/cosign.key'],
  'inspect where the registry repeats the credentials': () => ['inspect', `${broken.host}/example/app:latest`],
  'inspect of a reference with a password': () => ['inspect', `robot:${urlPassword}@registry.example/app:latest`],
  'inspect of a URL with a password': () => ['inspect', `https://robot:${urlPassword}@registry.example/app:latest`],
  'pack to a URL with a password': () => ['pack', ...bench.packOptions, '--to', `https://robot:${urlPassword}@registry.example/app`],
  'pack for an image with a password': () => ['pack', ...bench.packOptions.slice(0, -1), `https://robot:${urlPassword}@registry.example/app`, '--to', 'oci:x'],
  'pack from an address with a password': () => ['pack', ...bench.packOptions, '--to', 'oci:x', '--source-url', `svn://robot:${urlPassword}@git.example/app`],
  'verify for an image with a password': () => ['verify', 'oci:capsules', '--image', `https://robot:${urlPassword}@registry.example/app`, '--name', 'app', '--key', 'signing.pub'],
  'sign with a log whose address has a password': () => signWithLog(`https://robot:${urlPassword}@rekor.example`),
  'sign with a log whose address has a password with an at sign': () => signWithLog(`https://robot:a@${urlPassword}@rekor.example`),
  'sign with a log whose address has a password with a slash': () => signWithLog(`https://robot:a/${urlPassword}@rekor.example`),
};

function signWithLog(url: string): readonly string[] {
  return ['sign', `oci:capsules:${bench.tag}`, '--key', 'signing.key', '--rekor-url', url];
}

describe.each([[[]], [['--json']]])('no secret is printed (%j) by', (flags) => {
  test.each(Object.entries(commands))('%s', async (_what, args) => {
    bench.write('wrong.key', bench.read('keys/cosign.key'));
    const wrong = args().includes('wrong.key') ? { COSIGN_PASSWORD: `${keyPassword}-typo` } : {};

    const { status, stdout, stderr } = await bench.run([...args(), ...flags], { env: { ...env, ...wrong } });

    expect([1, 2, 3, 4]).toContain(status);
    expect(secretsIn(stdout + stderr)).toEqual([]);
  });
}, 60_000);

test('no secret is printed where the Docker configuration is torn', async () => {
  const result = await bench.run(['inspect', `${guarded.host}/example/app:latest`], { env: { ...env, DOCKER_CONFIG: bench.path('torn-docker') } });

  expect(result).toMatchObject({ status: 3, stderr: expect.stringContaining('[CREDENTIALS_INVALID]') });
  expect(secretsIn(result.stdout + result.stderr)).toEqual([]);
});

test('a password in the address of the remote reaches neither the output nor the capsule', async () => {
  bench.git('remote', 'add', 'origin', `https://robot:${urlPassword}@github.com/example/app.git`);
  const { '--source-url': _left, ...options } = Object.fromEntries(pairs(bench.packOptions));

  const { status, stdout, stderr } = await bench.run(['pack', ...Object.entries(options).flat(), '--to', 'oci:remote', '--json'], { env });

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const inspected = await bench.json(['inspect', `oci:remote:${bench.tag}`]);
  expect(inspected).toMatchObject({ release: { source: { repoURL: 'https://github.com/example/app' } } });
  expect(secretsIn(stdout + JSON.stringify(inspected))).toEqual([]);
});

test('a key pair’s private half is nobody else’s to read', () => {
  expect(bench.snapshot('keys').filter((line) => line.startsWith('cosign.key'))).toEqual([expect.stringMatching(/^cosign\.key 600 /)]);
});

function secretsIn(text: string): readonly string[] {
  return [keyPassword, registryPassword, registryToken, urlPassword, ...privateKeyLines].filter((secret) => text.includes(secret));
}

function pairs(args: readonly string[]): readonly (readonly [string, string])[] {
  return args.flatMap((arg, index) => (index % 2 === 0 ? [[arg, args[index + 1] ?? ''] as const] : []));
}
