import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate as validateAttest } from '../../packages/cli/generated/attest.js';
import { validate as validateError } from '../../packages/cli/generated/error.js';
import { validate as validateInit } from '../../packages/cli/generated/init.js';
import { validate as validateInspection } from '../../packages/cli/generated/inspect.js';
import { validate as validateInspectedKey } from '../../packages/cli/generated/inspected-key.js';
import { validate as validateKeygen } from '../../packages/cli/generated/keygen.js';
import { validate as validatePack } from '../../packages/cli/generated/pack.js';
import { validate as validateRelease } from '../../packages/cli/generated/released.js';
import { validate as validateSign } from '../../packages/cli/generated/sign.js';
import { validate as validateUnpack } from '../../packages/cli/generated/unpack.js';
import { validate as validateVerdict } from '../../packages/verifier/generated/verdict.js';
import { Workbench } from './workbench.ts';

type Validate = typeof validateError;

let bench: Workbench;
const reference = (): string => `oci:capsules:${bench.tag}`;
const wrongImage = (): readonly string[] => ['--image', bench.image.replace(/1{64}/, '2'.repeat(64)), '--name', 'app', '--key', 'signing.pub'];

beforeAll(async () => {
  bench = new Workbench();
  await bench.release();
});

afterAll(() => bench[Symbol.dispose]());

const successes: readonly (readonly [string, Validate, () => readonly string[]])[] = [
  ['init', validateInit, () => ['init', '--repo', 'app', '--dry-run', '--image', 'ghcr.io/example/app', '--ci', 'none', '--no-kargo', '--source-url', 'https://git.example.com/app']],
  ['keygen', validateKeygen, () => ['keygen', '--output', 'keys']],
  ['pack', validatePack, () => ['pack', ...bench.packOptions, '--to', 'oci:packed']],
  ['pack of the same again', validatePack, () => ['pack', ...bench.packOptions, '--to', 'oci:capsules']],
  ['pack without an image', validatePack, () => ['pack', ...bench.packOptions.slice(0, -2), '--to', 'oci:imageless']],
  ['release', validateRelease, () => ['release', ...bench.packOptions, '--to', 'oci:released', '--key', 'signing.key']],
  ['release of the same again', validateRelease, () => ['release', ...bench.packOptions, '--to', 'oci:capsules', '--key', 'signing.key']],
  ['sign', validateSign, () => ['sign', reference(), '--key', 'signing.key']],
  ['attest', validateAttest, () => ['attest', reference(), '--key', 'signing.key', '--type', 'sbom']],
  ['release without attestations', validateRelease, () => ['release', ...bench.packOptions, '--to', 'oci:bare', '--key', 'signing.key', '--no-attestations']],
  ['verify', validateVerdict, () => ['verify', reference(), ...bench.verifyOptions]],
  ['unpack', validateUnpack, () => ['unpack', reference(), ...bench.verifyOptions, '--output', 'out/r']],
  ['inspect', validateInspection, () => ['inspect', reference()]],
  ['inspect --key', validateInspectedKey, () => ['inspect', '--key', 'signing.pub']],
];

const failures: readonly (readonly [string, Validate, () => readonly string[]])[] = [
  ['verify that refuses', validateVerdict, () => ['verify', reference(), ...wrongImage()]],
  ['verify that is undetermined', validateVerdict, () => ['verify', '127.0.0.1:1/example/app:latest', ...bench.verifyOptions]],
  ['unpack that refuses', validateUnpack, () => ['unpack', reference(), ...wrongImage(), '--output', 'out/never']],
  ['init of nobody knows what', validateError, () => ['init', '--repo', 'app']],
  ['an unknown command', validateError, () => ['veryfi']],
  ['an unknown option', validateError, () => ['verify', '--polcy', 'x']],
  ['a missing option', validateError, () => ['sign', reference()]],
  ['attest of what is no type', validateError, () => ['attest', reference(), '--key', 'signing.key', '--type', 'vex']],
  ['keygen over a key', validateError, () => ['keygen', '--output', 'keys']],
  ['pack of nothing', validateError, () => ['pack', ...bench.packOptions, '--to', 'oci:packed', '--package', 'none']],
  ['release without a key', validateError, () => ['release', ...bench.packOptions, '--to', 'oci:packed']],
  ['sign of nothing', validateError, () => ['sign', 'oci:capsules:none', '--key', 'signing.key']],
  ['verify without trust', validateError, () => ['verify', reference(), '--image', bench.image, '--name', 'app']],
  ['unpack over a directory', validateError, () => ['unpack', reference(), ...bench.verifyOptions, '--output', 'app']],
  ['inspect of nothing', validateError, () => ['inspect', 'oci:missing:none']],
  ['inspect --key of what is not a public key', validateError, () => ['inspect', '--key', 'signing.key']],
];

describe('--json prints one document, as its published schema says, for', () => {
  test.each(successes)('%s', async (_what, validate, args) => {
    const { status, stdout, stderr } = await bench.run([...args(), '--json'], { env: { COSIGN_PASSWORD: 'x' } });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectValid(validate, stdout);
  });

  test.each(failures)('%s', async (_what, validate, args) => {
    const { status, stdout } = await bench.run([...args(), '--json'], { env: { COSIGN_PASSWORD: 'x' } });

    expect([1, 2, 3]).toContain(status);
    expectValid(validate, stdout);
  });
});

describe('the schemas', () => {
  const examples: readonly (readonly [string, Validate, object])[] = [
    ['error', validateError, { schemaVersion: 'release-capsule/v1', error: { code: 'A', message: 'b' } }],
    ['keygen', validateKeygen, { schemaVersion: 'release-capsule/v1', privateKey: 'a', publicKey: 'b', fingerprint: `sha256:${'1'.repeat(64)}` }],
  ];

  test.each(examples)('%s refuses what is not documented', (_name, validate, example) => {
    expect(validate(example)).toBe(true);
    expect(validate({ ...example, more: true })).toBe(false);
    expect(validate({ ...example, schemaVersion: 'release-capsule/v2' })).toBe(false);
  });

  test('unpack says where the files are exactly where the verdict accepts', async () => {
    const accepted = await bench.json(['unpack', reference(), ...bench.verifyOptions, '--output', 'out/schema']);
    const { directory: _directory, ...incomplete } = accepted;

    expect(validateUnpack(accepted)).toBe(true);
    expect(validateUnpack(incomplete)).toBe(false);
    expect(validateUnpack({ ...accepted, verdict: { ...(accepted['verdict'] as object), accepted: false } })).toBe(false);
  });
});

function expectValid(validate: Validate, stdout: string): void {
  const printed: unknown = JSON.parse(stdout);
  expect(validate(printed), `${JSON.stringify(validate.errors, undefined, 1)} in ${stdout}`).toBe(true);
}
