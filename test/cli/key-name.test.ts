import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

const env = { COSIGN_PASSWORD: 'x' };
let bench: Workbench;
let fingerprint: string;
let releases = 0;
const reference = (): string => `oci:capsules:${bench.tag}`;

beforeAll(async () => {
  bench = new Workbench();
  fingerprint = String((await bench.json(['keygen', '--output', 'keys'], { env }))['fingerprint']);
  await bench.json(['release', ...bench.packOptions, '--to', 'oci:capsules', '--key', 'keys/cosign.key'], { env });
});

afterAll(() => bench[Symbol.dispose]());

describe('a key has one name', () => {
  test('which is the SHA-256 of its SubjectPublicKeyInfo in DER', () => {
    const [, base64 = ''] = /-----BEGIN PUBLIC KEY-----([^-]+)-----END/.exec(bench.read('keys/cosign.pub')) ?? [];
    const der = Buffer.from(base64, 'base64');

    expect(fingerprint).toBe(`sha256:${createHash('sha256').update(der).digest('hex')}`);
  });

  test.skipIf(!hasOpenssl())('as openssl and sha256sum print it', () => {
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', bench.path('keys/cosign.pub'), '-outform', 'DER']);

    expect(fingerprint).toBe(`sha256:${createHash('sha256').update(der).digest('hex')}`);
  });

  test.each<[string, () => readonly string[]]>([
    ['keygen', () => ['keygen', '--output', `more-${(releases += 1)}`]],
    ['inspect --key', () => ['inspect', '--key', 'keys/cosign.pub']],
    ['inspect', () => ['inspect', reference()]],
    ['sign', () => ['sign', reference(), '--key', 'keys/cosign.key']],
    ['verify', () => ['verify', reference(), '--image', bench.image, '--name', 'app', '--key', 'keys/cosign.pub', '--explain', '--verbose']],
    ['verify by a policy that denies it', () => ['verify', reference(), '--image', bench.image, '--policy', denying()]],
    ['release', () => ['release', ...bench.packOptions, '--to', `oci:released-${(releases += 1)}`, '--key', 'keys/cosign.key']],
  ])('in what %s prints, and no other form of it', async (what, args) => {
    const shown = await bench.run(args(), { env });
    const json = await bench.run([...args(), '--json'], { env });
    const name = what === 'keygen' ? /sha256:[0-9a-f]{64}/ : new RegExp(fingerprint);
    const base64 = Buffer.from(fingerprint.slice('sha256:'.length), 'hex').toString('base64');

    if (what !== 'keygen') expect(json.stdout).toMatch(name);
    expect(shown.stdout).toMatch(name);
    expect(shown.stdout + json.stdout).not.toContain(base64);
  });

  test('in the policy that inspect suggests, beside the path to fill in', async () => {
    expect((await bench.run(['inspect', reference()])).stdout).toContain(`- key: cosign.pub # the path of the public key ${fingerprint}`);
  });

  test('inspect --key takes one public key, and no reference beside it', async () => {
    const secret = await bench.run(['inspect', '--key', 'keys/cosign.key']);
    const both = await bench.run(['inspect', reference(), '--key', 'keys/cosign.pub']);
    const neither = await bench.run(['inspect']);

    expect(secret).toMatchObject({ status: 2, stderr: expect.stringContaining('[KEY_INVALID]') });
    expect(secret.stderr).not.toContain('ENCRYPTED');
    expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining('--key is given together with a reference') });
    expect(neither).toMatchObject({ status: 2, stderr: expect.stringContaining('the reference of a capsule is missing') });
  });
});

function denying(): string {
  const policy = `apiVersion: release-capsule/v1
kind: Policy
capsule: { name: app, signers: [{ key: keys/cosign.pub }] }
image: { repository: ghcr.io/example/app }
deny: [{ signer: '${fingerprint}', reason: stolen }]
`;
  bench.write('denying.yaml', policy);
  return 'denying.yaml';
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
