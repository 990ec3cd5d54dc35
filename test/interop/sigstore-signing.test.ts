import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identities, type PrivateSigstore, startPrivateSigstore } from './support/private-sigstore.ts';
import { parseFailed, parseReleased } from './support/released.ts';
import type { Ended } from './support/run-program.ts';
import { SigstoreBench, type Trust } from './support/sigstore-bench.ts';

const workflow = { by: { issuer: 'github' }, logged: true, timed: true } as const;
const person: Trust = { by: { issuer: 'email' }, logged: true, timed: true };

let bench: SigstoreBench;
let other: PrivateSigstore;

beforeAll(async () => {
  [bench, other] = await Promise.all([SigstoreBench.open(), startPrivateSigstore()]);
});

afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

interface KeylessOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signingConfig?: string;
  readonly trustedRoot?: string;
}

function sign(reference: string, { env, ...files }: KeylessOptions): Promise<Ended> {
  const { signingConfig, trustedRoot } = { ...bench.sigstore.files, ...files };
  const args = ['sign', reference, '--keyless', '--signing-config', signingConfig, '--trusted-root', trustedRoot, '--json'];
  return bench.workbench.capsule(args, { env });
}

describe('a CI job', () => {
  test('of GitHub Actions releases in its own name, and both we and cosign verify whose run it was', async () => {
    const { files, job, issuers } = bench.sigstore;
    const place = bench.place('job');
    const services = ['--keyless', '--signing-config', files.signingConfig, '--trusted-root', files.trustedRoot];
    const released = await bench.workbench.succeed(['release', ...bench.workbench.packArguments(place), ...services], { env: job });
    const reference = `${place}@${parseReleased(released).digest}`;
    const run = { repository: 'example/hello', ref: 'refs/heads/main', workflow: 'Release', trigger: 'push' };
    const signer = { keyless: { identity: identities.github, issuer: issuers.github, github: run } };
    expect(await bench.capsuleVerify(reference, { signers: [signer] })).toBe('accepted');
    const asked = ['--certificate-github-workflow-repository', run.repository, '--certificate-github-workflow-ref', run.ref];
    expect(await bench.cosignVerify('cosign', ['verify', ...asked, reference], workflow)).toMatchObject({ status: 0 });
  });

  test('that is given a token in a variable, as GitLab does, signs in its name', async () => {
    const reference = await bench.pack('variable');
    const { status, stdout } = await sign(reference, { env: { SIGSTORE_ID_TOKEN: await bench.sigstore.token('email') } });
    expect(status).toBe(0);
    expect(stdout).toContain(identities.email);
    expect(await bench.capsuleVerify(reference, { signers: [bench.signer(person)] })).toBe('accepted');
  });
});

describe('nothing is published, and no token is shown, where', () => {
  test('the token is meant for somebody else', async () => {
    const token = await bench.sigstore.token('email', { aud: 'https://example.com' });
    await expectNothing('audience', 'SERVICE_REFUSED', { env: { SIGSTORE_ID_TOKEN: token } });
  });

  test('the token is another issuer’s', async () => {
    await expectNothing('issuer', 'SERVICE_REFUSED', { env: { SIGSTORE_ID_TOKEN: await other.token('email') } });
  });

  test('the trusted root is another instance’s', async () => {
    const env = { SIGSTORE_ID_TOKEN: await bench.sigstore.token('email') };
    await expectNothing('root', 'SIGNATURE_REJECTED', { env, trustedRoot: other.files.trustedRoot });
  });

  test('the log is another instance’s', async () => {
    const env = { SIGSTORE_ID_TOKEN: await bench.sigstore.token('email') };
    await expectNothing('log', 'SIGNATURE_REJECTED', { env, signingConfig: withLog(other.urls.rekor) });
  });

  test('the log cannot be reached', async () => {
    const env = { SIGSTORE_ID_TOKEN: await bench.sigstore.token('email') };
    await expectNothing('silence', 'SERVICE_UNAVAILABLE', { env, signingConfig: withLog('http://127.0.0.1:1') });
  });
});

async function expectNothing(repository: string, code: string, options: KeylessOptions): Promise<void> {
  const reference = await bench.pack(repository);
  const { status, stdout, stderr } = await sign(reference, options);
  expect(parseFailed(stdout).code).toBe(code);
  expect(status).not.toBe(0);
  for (const token of Object.values(options.env)) expect(stdout + stderr).not.toContain(token.split('.')[2]);
  expect(await bench.capsuleVerify(reference, { signers: [bench.signer(person)] })).toBe('SIGNATURE_MISSING');
}

/** The instance's own services, but for the log. */
function withLog(url: string): string {
  const config = JSON.parse(readFileSync(bench.sigstore.files.signingConfig, 'utf8'));
  const [log] = config.rekorTlogUrls;
  return bench.write('changed-services.json', { ...config, rekorTlogUrls: [{ ...log, url }] });
}
