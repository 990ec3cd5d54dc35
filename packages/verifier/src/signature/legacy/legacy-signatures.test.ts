import { type Descriptor, MemoryStore, OciError, pushBytes } from '@release-capsule/oci';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findSignatures, type FindSignaturesOptions, type SignatureStore } from '../find-signatures.ts';
import type { SignatureSearch } from '../search-conclusion.ts';
import { defaultSearchLimits } from '../search-limits.ts';
import { identitySigner } from '../testing/identity.ts';
import { hashedRekord, type LegacyLayer, pemOf, publicPem, pushLegacy, signKeyless, signPayload, simpleSigning } from '../testing/legacy-signing.ts';
import { attach, bundleBytes, newKey, pushSubject, statement } from '../testing/signing.ts';
import { testSigstore, type TestSigstore } from '../testing/test-sigstore.ts';

const key = newKey();
const stranger = newKey();
const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
const annotation = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  log: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
};

let sigstore: TestSigstore;
beforeAll(async () => {
  sigstore = await testSigstore();
});

let store: MemoryStore;
let subject: Descriptor;
beforeEach(async () => {
  store = new MemoryStore();
  subject = await pushSubject(store);
});

describe('a legacy signature by key', () => {
  test('counts, and it is said where it was found and what repository it names', async () => {
    const manifest = await push(signPayload(simpleSigning(subject.digest), key.privateKey));

    const search = await find();

    expect(search).toMatchObject({ state: 'proven', code: 'SIGNATURE_VALID', refused: [] });
    expect(search.accepted).toMatchObject([{ referrer: manifest.digest, place: 'legacy-tag', reference: 'registry.example/app' }]);
  });

  test('counts among others that fail, in whatever order they come', async () => {
    const good = signPayload(simpleSigning(subject.digest), key.privateKey);
    const others = [signPayload(simpleSigning(subject.digest), stranger.privateKey), { bytes: Buffer.from('{}'), annotations: {} }];
    for (const layers of [[good, ...others], [...others, good]]) {
      await push(...layers);
      expect(await find()).toMatchObject({ state: 'proven' });
    }
  });

  test('counts with a bundle by somebody else, towards one threshold', async () => {
    await attach(store, { subject, bytes: bundleBytes({ payload: statement(subject.digest), key: stranger }) });
    await push(signPayload(simpleSigning(subject.digest), key.privateKey));

    const search = await find({ signers: [key.signer, stranger.signer], threshold: 2 });

    expect(search).toMatchObject({ state: 'proven', accepted: [{ signer: stranger.signer }, { signer: key.signer }] });
  });

  test('by P-384 counts with either hash', async () => {
    const strong = newKey('P-384');
    for (const hash of ['sha256', 'sha384']) {
      await push(signPayload(simpleSigning(subject.digest), strong.privateKey, hash));
      expect(await find({ signers: [strong.signer] })).toMatchObject({ state: 'proven' });
    }
  });

  test('counts with its log entry where the policy asks for one', async () => {
    const bytes = simpleSigning(subject.digest);
    const { annotations } = signPayload(bytes, key.privateKey);
    const logged = sigstore.promise(hashedRekord(bytes, annotations[annotation.signature] ?? '', publicPem(key.privateKey)));
    const signer = { ...key.signer, evidence: { logEntries: 1, timestamps: 1, scts: 0 } };
    await push({ bytes, annotations: { ...annotations, [annotation.log]: logged } });

    expect(await find({ signers: [signer] })).toMatchObject({ accepted: [{ logged: ['https://log.example#7'], signedAt: [expect.any(Date)] }] });
    await push({ bytes, annotations });
    expect(await find({ signers: [signer] })).toMatchObject({ state: 'refuted', code: 'SIGNATURE_TIME_MISSING' });
  });
});

describe('a legacy signature by certificate', () => {
  test('counts by identity, with the time and the place that the log promises', async () => {
    await push(await keyless());

    const search = await findKeyless();

    expect(search).toMatchObject({ state: 'proven', accepted: [{ identity, place: 'legacy-tag', logged: ['https://log.example#7'] }] });
    expect(search.accepted[0]?.signedAt).toHaveLength(1);
  });

  test('counts with a timestamp over the signature as a second time', async () => {
    const layer = await keyless();
    const stamp = await sigstore.stamp(Buffer.from(layer.annotations[annotation.signature] ?? '', 'base64'));
    await push(changed(layer, { [annotation.timestamp]: stamp }));

    expect((await findKeyless()).accepted[0]?.signedAt).toHaveLength(2);
  });

  test('is refused under a policy of keys, and one by key under a policy of identities', async () => {
    await push(await keyless());
    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_BY_CERTIFICATE' });
    await push(signPayload(simpleSigning(subject.digest), key.privateKey));
    expect(await findKeyless()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_BY_KEY' });
  });

  test('is refused where it is by another identity or issuer', async () => {
    await push(await keyless());

    expect(await findKeyless({ signers: [identitySigner('https://github.com/example/app')] })).toMatchObject({ code: 'SIGNATURE_WRONG_IDENTITY' });
    expect(await findKeyless({ signers: [identitySigner(identity, 'https://other.example')] })).toMatchObject({ code: 'SIGNATURE_WRONG_ISSUER' });
  });

  test('is refused under the root of another Sigstore', async () => {
    await push(await keyless());

    expect(await findKeyless({ root: (await testSigstore()).root })).toMatchObject({ code: 'SIGNATURE_CERTIFICATE_UNTRUSTED' });
  });

  test('is refused without a log entry: nothing says when it was made', async () => {
    const { bytes, annotations } = await keyless();
    await push({ bytes, annotations: { ...annotations, [annotation.log]: '' } });

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_TIME_MISSING' });
  });

  test('is refused where its log entry was promised for a time when the certificate was not valid', async () => {
    const layer = await keyless((body) => sigstore.promise(body, { integratedTime: Math.floor(Date.now() / 1000) + 3600 }));
    await push(layer);

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_CERTIFICATE_EXPIRED' });
  });

  test('is refused where its log was not in use then', async () => {
    const retired = await testSigstore({ start: '2025-01-01T00:00:00Z', end: '2025-02-01T00:00:00Z' });
    await push(await signKeyless(retired, simpleSigning(subject.digest), identity));

    expect(await findKeyless({ root: retired.root })).toMatchObject({ code: 'SIGNATURE_LOG_PROMISE' });
  });

  test('is refused with the promise of another log', async () => {
    const other = await testSigstore();
    await push(await keyless((body) => other.promise(body)));

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_LOG_PROMISE' });
  });

  test.each<[string, (body: Entry) => object]>([
    ['another signature', (body) => withSpec(body, { signature: { ...body.spec.signature, content: Buffer.from('other').toString('base64') } })],
    ['another payload', (body) => withSpec(body, { data: { hash: { algorithm: 'sha256', value: '0'.repeat(64) } } })],
    ['another key', (body) => withKey(body, publicPem(stranger.privateKey))],
    ['no key', (body) => withKey(body, 'none')],
    ['another kind of entry', (body) => ({ ...body, kind: 'rekord' })],
    ['a version that is not known', (body) => ({ ...body, apiVersion: '9.9.9' })],
  ])('is refused with a log entry for %s', async (_what, change) => {
    await push(await keyless((body) => sigstore.promise(change(body))));

    expect(await findKeyless()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_LOG_OTHER_BYTES' });
  });

  test('is refused with a log entry that names another certificate for the same identity', async () => {
    const { der } = await sigstore.certify(identity);
    await push(await keyless((body) => sigstore.promise(withKey(body, pemOf('CERTIFICATE', der)))));

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_LOG_OTHER_BYTES' });
  });
});

describe('the payload of a legacy signature', () => {
  test('of another manifest is refused', async () => {
    await push(signPayload(simpleSigning(`sha256:${'0'.repeat(64)}`), key.privateKey));

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_OTHER_SUBJECT' });
  });

  test('may name any repository', async () => {
    await push(signPayload(simpleSigning(subject.digest, { identity: { 'docker-reference': 'elsewhere.example/x' } }), key.privateKey));

    expect(await find()).toMatchObject({ state: 'proven', accepted: [{ reference: 'elsewhere.example/x' }] });
  });

  test.each<[string, (digest: string) => Buffer]>([
    ['of a type that is not cosign\'s', (digest) => simpleSigning(digest, { type: 'atomic container signature' })],
    ['without a type', (digest) => simpleSigning(digest, { type: undefined })],
    ['without an image', (digest) => simpleSigning(digest, { image: undefined })],
    ['that names its manifest twice', (digest) => Buffer.from(simpleSigning(digest).toString().replace('"image":', '"image":{},"image":'))],
    ['that is an in-toto statement', (digest) => statement(digest)],
    ['that is no JSON', () => Buffer.from('signed')],
  ])('%s is refused', async (_what, payload) => {
    await push(signPayload(payload(subject.digest), key.privateKey));

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MALFORMED' });
  });
});

describe('the annotations of a legacy signature', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['no signature', { [annotation.signature]: '' }],
    ['a signature that is not base64', { [annotation.signature]: 'MEUC*' }],
    ['a certificate that is none', { [annotation.certificate]: 'certificate' }],
    ['two certificates', { [annotation.certificate]: `${pemOf('CERTIFICATE', Buffer.from('a'))}${pemOf('CERTIFICATE', Buffer.from('b'))}` }],
    ['a certificate of other bytes', { [annotation.certificate]: pemOf('CERTIFICATE', Buffer.from('bytes')) }],
    ['a log entry that is no JSON', { [annotation.log]: 'bundle' }],
    ['a log entry with a field more', { [annotation.log]: JSON.stringify({ SignedEntryTimestamp: 'MEUC', Payload: {}, more: 1 }) }],
    ['a timestamp that is no JSON', { [annotation.timestamp]: 'stamp' }],
    ['a timestamp of other bytes', { [annotation.timestamp]: JSON.stringify({ SignedRFC3161Timestamp: 'c3RhbXA=' }) }],
  ])('with %s are refused', async (_what, annotations) => {
    await push(changed(await keyless(), annotations));

    expect(await findKeyless()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MALFORMED' });
  });

  test.each(['body', 'integratedTime', 'logIndex', 'logID'])('with a log entry whose %s is of another form are refused', async (field) => {
    await push(await keyless((body) => sigstore.promise(body, { [field]: -1 })));

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });

  test('with a timestamp over something else are refused', async () => {
    await push(changed(await keyless(), { [annotation.timestamp]: await sigstore.stamp(Buffer.from('something else')) }));

    expect(await findKeyless()).toMatchObject({ code: 'SIGNATURE_TIMESTAMP_INVALID' });
  });
});

describe('the legacy tag', () => {
  test('is not asked for where bundles satisfy the policy', async () => {
    await attach(store, { subject, bytes: bundleBytes({ payload: statement(subject.digest), key }) });
    const asked: string[] = [];

    await findSignatures(resolving((reference) => asked.push(reference)), subject, options());

    expect(asked).toEqual([]);
  });

  test('costs one request where it is missing, and one more a payload where it is not', async () => {
    const asked: string[] = [];
    const counted = resolving((reference) => asked.push(reference));
    expect(await findSignatures(counted, subject, options())).toMatchObject({ code: 'SIGNATURE_MISSING' });
    const payload = simpleSigning(subject.digest);
    await push(signPayload(payload, stranger.privateKey), signPayload(payload, key.privateKey));

    expect(await findSignatures(counted, subject, options())).toMatchObject({ state: 'proven' });

    expect(asked).toEqual(Array.from({ length: 2 }, () => `${subject.digest.replace(':', '-')}.sig`));
    expect(counted.fetched).toHaveLength(1);
  });

  test.each([
    ['THROTTLED', 'SIGNATURE_THROTTLED'],
    ['UNAVAILABLE', 'SIGNATURE_LOOKUP_FAILED'],
    ['FORBIDDEN', 'SIGNATURE_FORBIDDEN'],
  ] as const)('that the store answers with %s is no proof that nobody has signed', async (thrown, code) => {
    const failing = resolving(() => {
      throw new OciError(thrown, 'no');
    });

    expect(await findSignatures(failing, subject, options())).toMatchObject({ state: 'unknown', code });
  });

  test('whose layer is not there leaves the answer open', async () => {
    await push(signPayload(simpleSigning(subject.digest), key.privateKey));
    const hollow = { ...resolving(() => undefined), fetch: () => Promise.reject(new OciError('BLOB_UNKNOWN', 'gone')) };

    expect(await findSignatures(hollow, subject, options())).toMatchObject({ state: 'unknown', code: 'SIGNATURE_INCOMPLETE' });
  });

  test('that holds something else is refused', async () => {
    const { digest, size, mediaType } = subject;
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [{ mediaType, digest, size }] };
    const bytes = Buffer.from(JSON.stringify(index));
    await store.tag(await pushBytes(store, { mediaType: index.mediaType, bytes }), `${subject.digest.replace(':', '-')}.sig`);

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MALFORMED' });
  });

  test('is read up to the limit of layers, and that leaves the answer open', async () => {
    const payload = simpleSigning(subject.digest);
    await push(...Array.from({ length: 11 }, () => signPayload(payload, stranger.privateKey)));

    const search = await find({ limits: { ...defaultSearchLimits, maxOpened: 10 } });

    expect(search).toMatchObject({ state: 'unknown', code: 'SIGNATURE_TOO_MANY' });
    expect(search.refused).toHaveLength(10);
  });

  test('is read up to the limit of bytes', async () => {
    const large = Buffer.concat([Buffer.from('{'), Buffer.alloc(100_000, ' '), Buffer.from('}')]);
    await push(signPayload(large, key.privateKey), signPayload(simpleSigning(subject.digest), key.privateKey));

    expect(await find({ limits: { ...defaultSearchLimits, maxBytes: 50_000 } })).toMatchObject({ state: 'proven', failures: [{ code: 'SIGNATURE_TOO_MANY' }] });
  });

  test('with a payload larger than any is refused unread', async () => {
    await push(signPayload(Buffer.alloc(1024 * 1024 + 1), key.privateKey));

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_TOO_LARGE' });
  });
});

interface Entry {
  readonly spec: { readonly signature: object };
}

function withSpec(body: Entry, changes: object): object {
  return { ...body, spec: { ...body.spec, ...changes } };
}

function withKey(body: Entry, pem: string): object {
  return withSpec(body, { signature: { ...body.spec.signature, publicKey: { content: Buffer.from(pem).toString('base64') } } });
}

/** A layer signed by certificate, with the log's annotation made anew of its entry. */
async function keyless(promise: (body: Entry) => string = (body) => sigstore.promise(body)): Promise<LegacyLayer> {
  const layer = await signKeyless(sigstore, simpleSigning(subject.digest), identity);
  const { Payload: payload } = JSON.parse(layer.annotations[annotation.log] ?? '');
  return changed(layer, { [annotation.log]: promise(JSON.parse(Buffer.from(payload.body, 'base64').toString())) });
}

function changed({ bytes, annotations }: LegacyLayer, changes: Readonly<Record<string, string>>): LegacyLayer {
  return { bytes, annotations: { ...annotations, ...changes } };
}

function push(...layers: readonly LegacyLayer[]): Promise<Descriptor> {
  return pushLegacy(store, subject, layers);
}

function options(changes: Partial<FindSignaturesOptions> = {}): FindSignaturesOptions {
  return { signers: [key.signer], threshold: 1, nowMs: Date.now(), root: sigstore.root, ...changes };
}

function find(changes: Partial<FindSignaturesOptions> = {}): Promise<SignatureSearch> {
  return findSignatures(store, subject, options(changes));
}

function findKeyless(changes: Partial<FindSignaturesOptions> = {}): Promise<SignatureSearch> {
  return find({ signers: [identitySigner(identity)], ...changes });
}

function resolving(onResolve: (reference: string) => unknown): SignatureStore & { readonly fetched: Descriptor[] } {
  const fetched: Descriptor[] = [];
  return {
    fetched,
    referrers: (of, type, signal) => store.referrers(of, type, signal),
    async fetch(target, signal) {
      fetched.push(target);
      return store.fetch(target, signal);
    },
    async resolve(reference, signal) {
      onResolve(reference);
      return store.resolve(reference, signal);
    },
  };
}
