import { createPublicKey, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrustedIdentity } from '../../policy/policy.ts';
import { parseTrustedRoot } from '../../trust/parse-trusted-root.ts';
import type { RootJson } from '../../trust/testing/root-json.ts';
import { parseBundle } from '../bundle.ts';
import { verifySigners } from '../verify-signers.ts';
import { identitySigner } from '../testing/identity.ts';
import { type KeylessJson, PrivateInstance, type TestIdentity } from '../testing/private-instance.ts';
import { bundleBytes, encode, newKey, statement } from '../testing/signing.ts';
import { type LogEntryJson, TestLog } from '../testing/test-log.ts';

const issuer = 'https://issuer.example';
const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
const release: TestIdentity = { identity, issuer };
const signer = identitySigner(identity, issuer);
const payload = statement(`sha256:${'ab'.repeat(32)}`);
const hourMs = 3_600_000;

let instance: PrivateInstance;
let other: PrivateInstance;
beforeAll(async () => {
  instance = await PrivateInstance.start();
  other = await PrivateInstance.start();
});

describe('a keyless signature', () => {
  test.each([
    ['Rekor v2 and a timestamp', { logs: ['v2'] }],
    ['Rekor v1, whose promise states the time', { logs: ['v1'], timestamp: false }],
    ['both logs', { logs: ['v1', 'v2'] }],
  ] as const)('counts with %s', async (_what, under) => {
    const verdict = await judge(await instance.sign(payload, release, under));

    expect(verdict).toMatchObject({ kind: 'signed', by: [{ signer, identity }] });
  });

  test('tells when it was made and where it is logged', async () => {
    const verdict = await judge(await instance.sign(payload, release));

    if (verdict.kind !== 'signed') throw new Error(verdict.message);
    const [by] = verdict.by;
    expect(by?.logged).toEqual(['https://log.example#1']);
    expect(Math.abs((by?.signedAt[0]?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('counts without a log where the policy asks for none', async () => {
    const bundle = await instance.sign(payload, release, { logs: [] });

    expect(await judge(bundle)).toMatchObject({ code: 'SIGNATURE_LOG_MISSING' });
    expect(await judge(bundle, { signer: asking({ logEntries: 0 }) })).toMatchObject({ kind: 'signed' });
  });

  test('counts for a pattern that matches the whole identity', async () => {
    const pattern = 'https://github\\.com/example/app/\\.github/workflows/[a-z]+\\.yml@refs/heads/main';

    expect(await judge(await instance.sign(payload, release), { signer: patternSigner(pattern) })).toMatchObject({ kind: 'signed' });
  });

  test('counts for what GitHub says of the run', async () => {
    const extensions = { 2: 'push', 3: 'c'.repeat(40), 4: 'release', 5: 'example/app', 6: 'refs/heads/main' };
    const bundle = await instance.sign(payload, { ...release, extensions });
    const github = { repository: 'example/app', ref: 'refs/heads/main', sha: 'c'.repeat(40), workflow: 'release', trigger: 'push' };

    expect(await judge(bundle, { signer: { ...signer, github } })).toMatchObject({ kind: 'signed' });
    for (const name of Object.keys(github)) {
      const verdict = await judge(bundle, { signer: { ...signer, github: { ...github, [name]: 'another' } } });
      expect(verdict).toMatchObject({ code: 'SIGNATURE_CLAIM_DIFFERS', message: expect.stringContaining(name) });
    }
    expect(await judge(await instance.sign(payload, release), { signer: { ...signer, github } })).toMatchObject({ code: 'SIGNATURE_CLAIM_DIFFERS' });
  });
});

describe('the event that started the run', () => {
  const triggered = (trigger: string | readonly string[]): TrustedIdentity => ({ ...signer, github: { trigger } });

  test.each(['push', 'schedule', 'workflow_dispatch'])('may be each one that the policy lists: %s', async (event) => {
    const bundle = await instance.sign(payload, { ...release, extensions: { 2: event } });

    expect(await judge(bundle, { signer: triggered(['push', 'schedule', 'workflow_dispatch']) })).toMatchObject({ kind: 'signed' });
  });

  test.each(['pull_request', 'pull_request_target', 'workflow_run', 'pushed', ''])('may be no other: %j', async (event) => {
    const bundle = await instance.sign(payload, { ...release, extensions: { 2: event } });

    expect(await judge(bundle, { signer: triggered(['push', 'schedule']) })).toMatchObject({
      code: 'SIGNATURE_CLAIM_DIFFERS',
      message: expect.stringContaining(`whose trigger is "${event}", wanted "push" or "schedule"`),
    });
  });

  test('must be stated', async () => {
    expect(await judge(await instance.sign(payload, release), { signer: triggered(['push', 'schedule']) })).toMatchObject({ code: 'SIGNATURE_CLAIM_DIFFERS' });
  });
});

describe('who has signed', () => {
  test.each([
    ['another identity', { identity: `${identity}2`, issuer }, 'SIGNATURE_WRONG_IDENTITY'],
    ['an identity that only begins alike', { identity: `${identity}/x`, issuer }, 'SIGNATURE_WRONG_IDENTITY'],
    ['the identity by another issuer', { identity, issuer: 'https://evil.example' }, 'SIGNATURE_WRONG_ISSUER'],
    ['the identity by an issuer that only ends alike', { identity, issuer: `x${issuer}` }, 'SIGNATURE_WRONG_ISSUER'],
  ])('is not %s', async (_what, as, code) => {
    expect(await judge(await instance.sign(payload, as))).toMatchObject({ kind: 'refusal', code });
  });

  test.each([
    ['unanchored at its end', 'https://github\\.com/example/app'],
    ['unanchored at its start', 'refs/heads/main'],
    ['one alternative of which would match unanchored', 'x|refs/heads/main'],
    ['that matches a line alone', `^${identity}$`.replace('https', 'http')],
  ])('is not found by a pattern %s', async (_what, pattern) => {
    expect(await judge(await instance.sign(payload, release), { signer: patternSigner(pattern) })).toMatchObject({ code: 'SIGNATURE_WRONG_IDENTITY' });
  });

  test('is told within a bounded time, whatever the identity does to the pattern', async () => {
    const bundle = await instance.sign(payload, { identity: `https://${'a'.repeat(200)}!`, issuer });
    const before = performance.now();

    expect(await judge(bundle, { signer: patternSigner('https://(a+)+') })).toMatchObject({ code: 'SIGNATURE_WRONG_IDENTITY' });
    expect(performance.now() - before).toBeLessThan(10_000); // without the bound it would take years
  });

  test('is not an identity on the deny list, though a pattern matches it', async () => {
    const verdict = await judge(await instance.sign(payload, release), { signer: patternSigner('.*'), denied: [identity] });

    expect(verdict).toMatchObject({ code: 'SIGNATURE_BY_DENIED' });
  });

  test('is not a key where an identity is asked for, nor the reverse', async () => {
    const key = newKey();
    const byKey = parse(bundleBytes({ payload, key }));
    const byIdentity = parse(encode(await instance.sign(payload, release)));
    const options = { root: rootOf(instance.root()), nowMs: Date.now() };

    expect(await verifySigners(byKey, { ...options, signers: [signer] })).toMatchObject({ code: 'SIGNATURE_BY_KEY' });
    expect(await verifySigners(byIdentity, { ...options, signers: [key.signer] })).toMatchObject({ code: 'SIGNATURE_BY_CERTIFICATE' });
  });
});

describe('a certificate', () => {
  test('of another instance is nobody', async () => {
    const verdict = await judge(await other.sign(payload, release), { root: { ...instance.root(), tlogs: other.root().tlogs, timestampAuthorities: other.root().timestampAuthorities } });

    expect(verdict).toMatchObject({ code: 'SIGNATURE_CERTIFICATE_UNTRUSTED' });
  });

  test('had to be valid when the timestamp was made', async () => {
    const wholeSecond = Math.floor(Date.now() / 1000) * 1000;
    const late = await PrivateInstance.start({ timestampClock: new Date(wholeSecond + hourMs) });

    expect(await judge(await late.sign(payload, release), { root: late.root() })).toMatchObject({ code: 'SIGNATURE_CERTIFICATE_EXPIRED' });
  });

  test('had to be valid when the log promised', async () => {
    const certificate = await instance.issue(release);
    const bundle = await instance.signWith(payload, certificate, { logs: [], timestamp: false });
    const logged = { payload, signature: signatureOf(bundle), certificate: certificate.der };
    const entry = instance.log.enterV1(logged, Math.floor((Date.now() + hourMs) / 1000));

    expect(await judge(withEntries(bundle, [entry]))).toMatchObject({ code: 'SIGNATURE_CERTIFICATE_EXPIRED' });
  });

  test('must be seen by a certificate transparency log', async () => {
    const silent = await PrivateInstance.start({ scts: false });
    const bundle = await silent.sign(payload, release);

    expect(await judge(bundle, { root: silent.root() })).toMatchObject({ code: 'SIGNATURE_SCT_MISSING' });
    expect(await judge(bundle, { root: silent.root(), signer: asking({ scts: 0 }) })).toMatchObject({ kind: 'signed' });
  });

  test('must be seen by one that the root knows', async () => {
    expect(await judge(await instance.sign(payload, release), { root: instance.root({ ctlogs: other.root().ctlogs }) })).toMatchObject({ code: 'SIGNATURE_SCT_INVALID' });
  });

  test('must be issued while the root says that its authority was in use', async () => {
    const [authority] = instance.root().certificateAuthorities;
    const retired = { ...authority, validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } };

    expect(await judge(await instance.sign(payload, release), { root: instance.root({ certificateAuthorities: [retired] }) })).toMatchObject({
      code: 'SIGNATURE_ROOT_OUTDATED',
    });
  });

  test.each([
    ['cut off', (der: Buffer) => der.subarray(0, -1)],
    ['with bytes after it', (der: Buffer) => Buffer.concat([der, Buffer.from([0])])],
    ['that is none', () => Buffer.from('certificate')],
  ])('%s cannot be read', async (_what, change) => {
    const bundle = await instance.sign(payload, release);
    const rawBytes = change(Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64')).toString('base64');
    const changed = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, certificate: { rawBytes } } };

    expect(await judge(changed)).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });
});

describe('the time of signing', () => {
  test('must be proven', async () => {
    expect(await judge(await instance.sign(payload, release, { timestamp: false }))).toMatchObject({ code: 'SIGNATURE_TIME_MISSING' });
  });

  test('is not proven by an authority that the root does not know', async () => {
    expect(await judge(await instance.sign(payload, release, { timestampBy: other }))).toMatchObject({ code: 'SIGNATURE_TIMESTAMP_INVALID' });
  });

  test('is not proven outside the validity of the authority', async () => {
    const [authority] = instance.root().timestampAuthorities;
    const retired = { ...authority, validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } };

    expect(await judge(await instance.sign(payload, release), { root: instance.root({ timestampAuthorities: [retired] }) })).toMatchObject({
      code: 'SIGNATURE_TIMESTAMP_INVALID',
    });
  });

  test('is not proven by a timestamp of other bytes', async () => {
    const bundle = await instance.sign(payload, release);
    const rfc3161Timestamps = [{ signedTimestamp: await instance.timestamp(Buffer.from('other')) }];

    expect(await judge(withMaterial(bundle, { timestampVerificationData: { rfc3161Timestamps } }))).toMatchObject({ code: 'SIGNATURE_TIMESTAMP_INVALID' });
  });

  test('is not proven twice by one timestamp', async () => {
    const bundle = await instance.sign(payload, release);
    const [timestamp] = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
    const twice = withMaterial(bundle, { timestampVerificationData: { rfc3161Timestamps: [timestamp, timestamp] } });

    expect(await judge(twice, { signer: asking({ timestamps: 2 }) })).toMatchObject({ code: 'SIGNATURE_TIMESTAMP_INVALID' });
  });

  test('is not proven twice by one witness, who states it twice', async () => {
    const certificate = await instance.issue(release);
    const bundle = await instance.signWith(payload, certificate, { logs: [] });
    const logged = { payload, signature: signatureOf(bundle), certificate: certificate.der };
    const seconds = Math.floor(Date.now() / 1000) + 60;
    const entries = [instance.log.enterV1(logged, seconds), instance.log.enterV1Hashed(logged, seconds + 1)];
    const alone = withMaterial(bundle, { tlogEntries: entries, timestampVerificationData: {} });

    expect(await judge(alone, { signer: asking({ timestamps: 2 }) })).toMatchObject({ code: 'SIGNATURE_TIME_MISSING' });
    expect(await judge(withEntries(bundle, entries), { signer: asking({ timestamps: 2 }) })).toMatchObject({ kind: 'signed' });
  });

  test("is what a signer's dates are held against", async () => {
    const bundle = await instance.sign(payload, release);
    const nowMs = Date.now() + 24 * hourMs;

    expect(await judge(bundle, { signer: { ...signer, notAfterMs: Date.now() + hourMs }, nowMs })).toMatchObject({ kind: 'signed' });
    expect(await judge(bundle, { signer: { ...signer, notAfterMs: Date.now() - hourMs }, nowMs })).toMatchObject({ code: 'SIGNATURE_EXPIRED' });
    expect(await judge(bundle, { signer: { ...signer, notBeforeMs: Date.now() + hourMs }, nowMs })).toMatchObject({ code: 'SIGNATURE_TOO_EARLY' });
  });
});

describe('a log entry', () => {
  test.each(['v1', 'v2'] as const)('of Rekor %s for other bytes is refused', async (kind) => {
    const [bundle, stranger] = [await instance.sign(payload, release, { logs: [kind] }), await instance.sign(statement(`sha256:${'cd'.repeat(32)}`), release, { logs: [kind] })];

    expect(await judge(withEntries(bundle, stranger.verificationMaterial.tlogEntries ?? []))).toMatchObject({ code: 'SIGNATURE_LOG_OTHER_BYTES' });
  });

  test.each(['v1', 'v2'] as const)('of Rekor %s that names another certificate of the same identity is refused', async (kind) => {
    const bundle = await instance.sign(payload, release, { logs: [kind] });
    const logged = { payload, signature: signatureOf(bundle), certificate: (await instance.issue(release)).der };

    const entry = kind === 'v1' ? instance.log.enterV1(logged) : instance.log.enterV2(logged);

    expect(await judge(withEntries(bundle, [entry]))).toMatchObject({ code: 'SIGNATURE_LOG_OTHER_BYTES' });
  });

  test('with a wrong inclusion proof is refused', async () => {
    const changed = await withEntry((entry) => ({ ...entry, inclusionProof: { ...entry.inclusionProof, hashes: [randomBytes(32).toString('base64')] } }));

    expect(await judge(changed)).toMatchObject({ code: 'SIGNATURE_LOG_PROOF' });
  });

  test('at an index outside the tree is refused', async () => {
    const changed = await withEntry((entry) => ({ ...entry, inclusionProof: { ...entry.inclusionProof, logIndex: '7' } }));

    expect(await judge(changed)).toMatchObject({ code: 'SIGNATURE_LOG_PROOF' });
  });

  test('with the checkpoint of another log is refused, though the root knows that log too', async () => {
    const second = new TestLog('second.example');
    const changed = await withEntry((entry) => {
      const rootHash = Buffer.from(entry.inclusionProof.rootHash, 'base64');
      return { ...entry, inclusionProof: { ...entry.inclusionProof, checkpoint: { envelope: second.checkpoint(rootHash) } } };
    });
    const root = instance.root({ tlogs: [instance.log.rootEntry(), second.rootEntry()] });

    expect(await judge(changed, { root })).toMatchObject({ code: 'SIGNATURE_LOG_CHECKPOINT' });
  });

  test('with a promise that the log did not make is refused', async () => {
    const changed = await withEntry((entry) => ({ ...entry, integratedTime: String(Number(entry.integratedTime) + 1) }), 'v1');

    expect(await judge(changed)).toMatchObject({ code: 'SIGNATURE_LOG_PROMISE' });
  });

  test('of a log that the root does not know is refused', async () => {
    expect(await judge(await instance.sign(payload, release), { root: instance.root({ tlogs: other.root().tlogs }) })).toMatchObject({ code: 'SIGNATURE_LOG_CHECKPOINT' });
  });

  test('of a log that was retired before the time of signing is refused', async () => {
    const retired = instance.log.rootEntry({ start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' });

    expect(await judge(await instance.sign(payload, release), { root: instance.root({ tlogs: [retired] }) })).toMatchObject({ code: 'SIGNATURE_ROOT_OUTDATED' });
  });

  test('counts once, however often it is there', async () => {
    const bundle = await instance.sign(payload, release);
    const [entry = {}] = bundle.verificationMaterial.tlogEntries ?? [];

    expect(await judge(withEntries(bundle, [entry, entry]), { signer: asking({ logEntries: 2 }) })).toMatchObject({ code: 'SIGNATURE_LOG_MISSING' });
  });

  test('of one log counts once, though it is entered as two kinds', async () => {
    const bundle = await instance.sign(payload, release, { logs: ['v1', 'v2'] });

    expect(await judge(bundle, { signer: asking({ logEntries: 2 }) })).toMatchObject({ code: 'SIGNATURE_LOG_MISSING' });
  });

  test('counts beside one of another log', async () => {
    const second = new TestLog('second.example');
    const certificate = await instance.issue(release);
    const bundle = await instance.signWith(payload, certificate, { logs: [] });
    const logged = { payload, signature: signatureOf(bundle), certificate: certificate.der };
    const root = instance.root({ tlogs: [instance.log.rootEntry(), second.rootEntry()] });
    const both = withEntries(bundle, [instance.log.enterV2(logged), second.enterV2(logged)]);

    expect(await judge(both, { root, signer: asking({ logEntries: 2 }) })).toMatchObject({ kind: 'signed' });
  });

  test('is one of at most eight', async () => {
    const bundle = await instance.sign(payload, release);
    const [entry = {}] = bundle.verificationMaterial.tlogEntries ?? [];

    expect(await judge(withEntries(bundle, Array.from({ length: 9 }, () => entry)))).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });
});

test('a signature by another key than the certificate’s is refused', async () => {
  const [certificate, stranger] = [await instance.issue(release), await instance.issue(release)];
  const bundle = await instance.signWith(payload, { der: certificate.der, privateKey: stranger.privateKey });

  expect(await judge(bundle)).toMatchObject({ code: 'SIGNATURE_INVALID' });
});

test('a signature by key must be logged and timed where the policy asks for it', async () => {
  const key = newKey();
  const bundle = parse(bundleBytes({ payload, key }));
  const options = { root: rootOf(instance.root()), nowMs: Date.now() };
  const logged = { ...key.signer, evidence: { logEntries: 1, timestamps: 0, scts: 0 } };
  const timed = { ...key.signer, evidence: { logEntries: 0, timestamps: 1, scts: 0 } };

  expect(await verifySigners(bundle, { ...options, signers: [key.signer] })).toMatchObject({ kind: 'signed' });
  expect(await verifySigners(bundle, { ...options, signers: [logged] })).toMatchObject({ code: 'SIGNATURE_LOG_MISSING' });
  expect(await verifySigners(bundle, { ...options, signers: [timed] })).toMatchObject({ code: 'SIGNATURE_TIME_MISSING' });
});

test('a signature by key without a proven time needs a log that is in use now', async () => {
  const key = newKey();
  const json: { readonly verificationMaterial: object } = JSON.parse(bundleBytes({ payload, key }).toString('utf8'));
  const spki = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' });
  const entry = instance.log.enterV2({ payload, signature: signatureOf(JSON.parse(JSON.stringify(json))), certificate: spki });
  const bundle = parse(encode({ ...json, verificationMaterial: { ...json.verificationMaterial, tlogEntries: [entry] } }));
  const root = rootOf(instance.root({ tlogs: [instance.log.rootEntry({ start: '2020-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' })] }));
  const signers = [{ ...key.signer, evidence: { logEntries: 1, timestamps: 0, scts: 0 } }];

  expect(await verifySigners(bundle, { root, signers, nowMs: Date.parse('2025-12-31T00:00:00Z') })).toMatchObject({ kind: 'signed' });
  expect(await verifySigners(bundle, { root, signers, nowMs: Date.parse('2026-01-02T00:00:00Z') })).toMatchObject({ code: 'SIGNATURE_ROOT_OUTDATED' });
});

test.each(['its own', 'another'])('a signature by key and its timestamp, with a log entry that names %s key', async (whose) => {
  const key = newKey();
  const named = createPublicKey((whose === 'its own' ? key : newKey()).privateKey).export({ type: 'spki', format: 'der' });
  const json: { readonly verificationMaterial: object } = JSON.parse(bundleBytes({ payload, key }).toString('utf8'));
  const signature = signatureOf(JSON.parse(JSON.stringify(json)));
  const entry = instance.log.enterV2({ payload, signature, certificate: named });
  const rfc3161Timestamps = [{ signedTimestamp: await instance.timestamp(signature) }];
  const material = { ...json.verificationMaterial, tlogEntries: [entry], timestampVerificationData: { rfc3161Timestamps } };
  const bundle = parse(encode({ ...json, verificationMaterial: material }));
  const strict = { ...key.signer, evidence: { logEntries: 1, timestamps: 1, scts: 0 } };

  const verdict = await verifySigners(bundle, { root: rootOf(instance.root()), nowMs: Date.now(), signers: [strict] });

  const accepted = { kind: 'signed', by: [{ signer: strict, logged: ['https://log.example#1'] }] };
  expect(verdict).toMatchObject(whose === 'its own' ? accepted : { kind: 'refusal', code: 'SIGNATURE_LOG_OTHER_BYTES' });
});

test.each([
  ['what was signed', payload, { kind: 'signed' }],
  ['other bytes', statement(`sha256:${'cd'.repeat(32)}`), { code: 'SIGNATURE_LOG_OTHER_BYTES' }],
])('a signature by a P-384 key, with a log entry that holds the SHA-384 of %s', async (_what, entered, expected) => {
  const key = newKey('P-384');
  const certificate = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' });
  const json: { readonly verificationMaterial: object } = JSON.parse(bundleBytes({ payload, key, hash: 'sha384' }).toString('utf8'));
  const signature = signatureOf(JSON.parse(JSON.stringify(json)));
  const entry = instance.log.enterV2({ payload: entered, signature, certificate, hash: 'sha384' });
  const bundle = parse(encode({ ...json, verificationMaterial: { ...json.verificationMaterial, tlogEntries: [entry] } }));
  const logged = { ...key.signer, evidence: { logEntries: 1, timestamps: 0, scts: 0 } };

  expect(await verifySigners(bundle, { root: rootOf(instance.root()), nowMs: Date.now(), signers: [logged] })).toMatchObject(expected);
});

test('a bundle with a byte flipped is refused, but where nothing is decided', async () => {
  const bytes = encode(await instance.sign(payload, release));
  const accepted: number[] = [];
  for (let at = 0; at < bytes.length; at += 5) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const bundle = parseBundle(flipped);
    if (bundle.kind === 'refusal') continue;
    const verdict = await verifySigners(bundle, { signers: [signer], root: rootOf(instance.root()), nowMs: Date.now() });
    if (verdict.kind === 'signed') accepted.push(at);
  }

  expect(accepted.filter((at) => !isUnsigned(bytes, at)).map((at) => bytes.subarray(at - 60, at + 10).toString())).toEqual([]);
}, 120_000);

/**
 * What no signature covers: where the log says the entry is, what the checkpoint says again, the envelope of a timestamp,
 * and the padding of the checkpoint's own signature.
 */
function isUnsigned(bytes: Buffer, at: number): boolean {
  return /"(logIndex|treeSize|rootHash|signedTimestamp)":"[^"]*$| log\.example [A-Za-z0-9+/]+=*$/.test(bytes.toString('latin1').slice(0, at + 1));
}

interface JudgeOptions {
  readonly signer?: TrustedIdentity;
  readonly root?: RootJson;
  readonly denied?: readonly string[];
  readonly nowMs?: number;
}

function judge(bundle: object, { signer: by = signer, root = instance.root(), denied = [], nowMs = Date.now() }: JudgeOptions = {}): ReturnType<typeof verifySigners> {
  return verifySigners(parse(encode(bundle)), { signers: [by], root: rootOf(root), denied, nowMs });
}

function rootOf(json: RootJson): ReturnType<typeof parseTrustedRoot> {
  return parseTrustedRoot(encode(json), { source: 'file', label: 'trusted_root.json' });
}

function parse(bytes: Buffer): Exclude<ReturnType<typeof parseBundle>, { kind: 'refusal' }> {
  const bundle = parseBundle(bytes);
  if (bundle.kind === 'refusal') throw new Error(`the test's bundle ${bundle.message}`);
  return bundle;
}

function asking(evidence: Partial<TrustedIdentity['evidence']>): TrustedIdentity {
  return { ...signer, evidence: { ...signer.evidence, ...evidence } };
}

function patternSigner(value: string): TrustedIdentity {
  return { ...signer, identity: { kind: 'pattern', value } };
}

function withMaterial(bundle: KeylessJson, material: object): object {
  return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, ...material } };
}

function withEntries(bundle: KeylessJson, tlogEntries: readonly object[]): object {
  return withMaterial(bundle, { tlogEntries });
}

async function withEntry(change: (entry: LogEntryJson) => LogEntryJson, kind: 'v1' | 'v2' = 'v2'): Promise<object> {
  const certificate = await instance.issue(release);
  const bundle = await instance.signWith(payload, certificate, { logs: [] });
  const logged = { payload, signature: signatureOf(bundle), certificate: certificate.der };
  return withEntries(bundle, [change(kind === 'v1' ? instance.log.enterV1(logged) : instance.log.enterV2(logged))]);
}

function signatureOf({ dsseEnvelope }: { readonly dsseEnvelope: object }): Buffer {
  const { signatures } = dsseEnvelope as { readonly signatures: readonly { readonly sig: string }[] };
  return Buffer.from(signatures[0]?.sig ?? '', 'base64');
}
