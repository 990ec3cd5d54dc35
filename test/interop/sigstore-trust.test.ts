import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identities, type PrivateSigstore, startPrivateSigstore } from './support/private-sigstore.ts';
import { SigstoreBench, type Trust, type TrustedRootFile } from './support/sigstore-bench.ts';

const workflow = { by: { issuer: 'github' }, logged: true, timed: true } as const;
const person = { by: { issuer: 'email' }, logged: true, timed: true } as const;
const key: Trust = { by: { key: 'keys/cosign.pub' }, logged: false, timed: false };
const wholeSeconds = /\.[0-9]+Z$/;

let bench: SigstoreBench;
let other: PrivateSigstore;
/** Signed by cosign 3 for a workflow, with a log entry and a timestamp. */
let released: string;

beforeAll(async () => {
  [bench, other] = await Promise.all([SigstoreBench.open(), startPrivateSigstore()]);
  released = await bench.pack('released');
  await sign(released, workflow.by);
});

afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

function sign(reference: string, by: Trust['by'], { signingConfig, trustedRoot } = bench.sigstore.files): Promise<void> {
  return bench.sign('cosign', ['sign', reference, '--signing-config', signingConfig, '--trusted-root', trustedRoot], by);
}

function keyless(changes: object, issuer = bench.sigstore.issuers.github): object {
  return { keyless: { issuer, identity: identities.github, ...changes } };
}

function byPattern(identityPattern: string): object {
  return { keyless: { issuer: bench.sigstore.issuers.github, identityPattern } };
}

describe('a policy names who must have signed', () => {
  test('by flags named as cosign names them', async () => {
    const { issuers, files } = bench.sigstore;
    const whom = ['--certificate-identity', identities.github, '--certificate-oidc-issuer', issuers.github];
    const run = ['--certificate-github-workflow-repository', 'example/hello', '--certificate-github-workflow-trigger', 'push'];
    const policy = ['--name', 'hello', ...whom, ...run, '--trusted-root', files.trustedRoot];
    const { stdout } = await bench.workbench.capsule(['verify', released, '--image', bench.workbench.image(), ...policy, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true });
  });

  test.each([
    ['the whole identity', 'https://github\\.com/example/hello/.+', 'accepted'],
    ['only its end', '/release\\.yaml@refs/heads/main', 'SIGNATURE_WRONG_IDENTITY'],
    ['only its beginning', 'https://github\\.com/example/hello/', 'SIGNATURE_WRONG_IDENTITY'],
  ])('by a pattern that matches %s', async (_what, pattern, outcome) => {
    expect(await bench.capsuleVerify(released, { signers: [byPattern(pattern)] })).toBe(outcome);
  });

  test('with the issuer that vouches for it', async () => {
    const signers = [keyless({}, bench.sigstore.issuers.email)];
    expect(await bench.capsuleVerify(released, { signers })).toBe('SIGNATURE_WRONG_ISSUER');
  });

  test("with the source of GitLab's pipeline, as Fulcio writes it", async () => {
    const reference = await bench.pack('gitlab');
    await sign(reference, { issuer: 'gitlab' });
    const signer = (trigger: unknown): object => keyless({ identity: identities.gitlab, gitlab: { trigger } }, bench.sigstore.issuers.gitlab);

    expect(await bench.capsuleVerify(reference, { signers: [signer(['push', 'schedule', 'web'])] })).toBe('accepted');
    expect(await bench.capsuleVerify(reference, { signers: [signer(['schedule', 'web'])] })).toBe('SIGNATURE_CLAIM_DIFFERS');
  });

  test('with one of the events that GitHub may have started the run for', async () => {
    expect(await bench.capsuleVerify(released, { signers: [keyless({ github: { trigger: ['push', 'schedule'] } })] })).toBe('accepted');
    expect(await bench.capsuleVerify(released, { signers: [keyless({ github: { trigger: ['schedule', 'release'] } })] })).toBe('SIGNATURE_CLAIM_DIFFERS');
  });

  test('with what GitHub says of the run', async () => {
    const github = {
      repository: 'example/hello',
      ref: 'refs/heads/main',
      sha: '0123456789abcdef0123456789abcdef01234567',
      workflow: 'Release',
      trigger: 'push',
    };
    expect(await bench.capsuleVerify(released, { signers: [keyless({ github })] })).toBe('accepted');
    for (const claim of Object.keys(github)) {
      const signers = [keyless({ github: { ...github, [claim]: 'another' } })];
      expect(await bench.capsuleVerify(released, { signers }), claim).toBe('SIGNATURE_CLAIM_DIFFERS');
    }
  });

  test('by key, and then no certificate will do; by identity, and then no key will do', async () => {
    const byKey = await bench.pack('by-key');
    await sign(byKey, key.by);
    expect(await bench.capsuleVerify(released, { signers: [bench.signer(key)] })).toBe('SIGNATURE_BY_CERTIFICATE');
    expect(await bench.capsuleVerify(byKey, { signers: [bench.signer(workflow)] })).toBe('SIGNATURE_BY_KEY');
  });

  test('and how many: one of two has signed, then both', async () => {
    const reference = await bench.pack('two-signers');
    const both = { signers: [bench.signer(workflow), bench.signer(person)], threshold: 2 };
    await sign(reference, workflow.by);
    expect(await bench.capsuleVerify(reference, { ...both, threshold: 1 })).toBe('accepted');
    expect(await bench.capsuleVerify(reference, both)).toBe('SIGNATURE_THRESHOLD');
    await sign(reference, person.by);
    expect(await bench.capsuleVerify(reference, both)).toBe('accepted');
  });

  test('and until when', async () => {
    const signer = bench.signer(workflow);
    const notAfter = '2026-01-01T00:00:00Z';
    expect(await bench.capsuleVerify(released, { signers: [{ ...signer, notAfter }] })).toBe('SIGNATURE_EXPIRED');
  });

  test('unless it denies them', async () => {
    const deny = [{ signer: identities.github, reason: 'the workflow was taken over' }];
    expect(await bench.capsuleVerify(released, { signers: [bench.signer(workflow)], deny })).toContain('SIGNER_DENIED');
  });
});

describe('signatures of others beside it', () => {
  test('do not hide a good one, and are none themselves', async () => {
    const reference = await bench.pack('beside-others');
    const signers = [bench.signer(workflow)];
    await sign(reference, person.by);
    await sign(reference, { ...workflow.by, instance: other }, other.files);
    await sign(reference, key.by);
    expect(await bench.capsuleVerify(reference, { signers })).not.toBe('accepted');
    await sign(reference, workflow.by);
    expect(await bench.capsuleVerify(reference, { signers })).toBe('accepted');
  });
});

describe('the trusted root decides', () => {
  const ended = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
  const from = (start: Date): object => ({ start: start.toISOString().replace(wholeSeconds, 'Z') });
  const authoritiesFor = (list: readonly object[], validFor: object): readonly object[] => list.map((one) => ({ ...one, validFor }));
  const logsFor = (list: TrustedRootFile['tlogs'], validFor: object): readonly object[] =>
    list.map((one) => ({ ...one, publicKey: { ...one.publicKey, validFor } }));

  test.each<readonly [string, (root: TrustedRootFile) => object, string]>([
    ['is the instance’s', (root) => root, 'accepted'],
    ['gives its authority another time', (root) => ({ ...root, certificateAuthorities: authoritiesFor(root.certificateAuthorities, ended) }), 'SIGNATURE_ROOT_OUTDATED'],
    ['begins tomorrow', (root) => ({ ...root, certificateAuthorities: authoritiesFor(root.certificateAuthorities, from(new Date(Date.now() + 86_400_000))) }), 'SIGNATURE_ROOT_OUTDATED'],
    ['gives its timestamp authority another time', (root) => ({ ...root, timestampAuthorities: authoritiesFor(root.timestampAuthorities, ended) }), 'SIGNATURE_TIMESTAMP_INVALID'],
    ['has no certificate log', (root) => ({ ...root, ctlogs: [] }), 'SIGNATURE_SCT_INVALID'],
    ['has no timestamp authority', (root) => ({ ...root, timestampAuthorities: [] }), 'SIGNATURE_TIMESTAMP_INVALID'],
    ['has no certificate authority', (root) => ({ ...root, certificateAuthorities: [] }), 'SIGNATURE_CERTIFICATE_UNTRUSTED'],
  ])('where it %s, and cosign agrees', async (_what, change, outcome) => {
    const trustedRoot = bench.changedRoot(change);
    expect(await bench.capsuleVerify(released, { signers: [bench.signer(workflow)], trustedRoot })).toBe(outcome);
    const { status } = await bench.cosignVerify('cosign', ['verify', released], { ...workflow, trustedRoot });
    expect(status === 0).toBe(outcome === 'accepted');
  });

  test('where it is another instance’s, and cosign agrees', async () => {
    const { trustedRoot } = other.files;
    const signers = [bench.signer(workflow)];
    expect(await bench.capsuleVerify(released, { signers, trustedRoot })).toBe('SIGNATURE_TIMESTAMP_INVALID');
    expect(await bench.cosignVerify('cosign', ['verify', released], { ...workflow, trustedRoot })).not.toMatchObject({ status: 0 });
  });

  test('but a log outside its time is refused by us alone: cosign asks that of entries with a time of their own', async () => {
    const trustedRoot = bench.changedRoot((root) => ({ ...root, tlogs: logsFor(root.tlogs, ended) }));
    expect(await bench.capsuleVerify(released, { signers: [bench.signer(workflow)], trustedRoot })).toBe('SIGNATURE_ROOT_OUTDATED');
    expect(await bench.cosignVerify('cosign', ['verify', released], { ...workflow, trustedRoot })).toMatchObject({ status: 0 });
  });

  test('and a period left open is refused by us before anything is judged', async () => {
    const trustedRoot = bench.changedRoot((root) => ({ ...root, tlogs: logsFor(root.tlogs, {}) }));
    expect(await bench.capsuleVerify(released, { signers: [bench.signer(workflow)], trustedRoot })).toBe('TRUST_INVALID');
  });
});
