import { type Descriptor, MemoryStore, OciError, type OciErrorCode } from '@release-capsule/oci';
import { beforeEach, describe, expect, test } from 'vitest';
import { signerLabel } from '../policy/signer-id.ts';
import { findSignatures, type FindSignaturesOptions } from './find-signatures.ts';
import type { SignatureSearch } from './search-conclusion.ts';
import { defaultSearchLimits } from './search-limits.ts';
import {
  attach,
  bundleBytes,
  bundleMediaType,
  newKey,
  provenanceType,
  pushSubject,
  signType,
  statement,
  type TestKey,
} from './testing/signing.ts';

const key = newKey();
const stranger = newKey();
const nowMs = Date.UTC(2026, 0, 2);

let store: MemoryStore;
let subject: Descriptor;
beforeEach(async () => {
  store = new MemoryStore();
  subject = await pushSubject(store);
});

describe('looking for signatures', () => {
  test('finds a signature by a signer of the policy, and says which manifest carries it', async () => {
    const referrer = await signBy(key);

    const search = await find();

    expect(search).toMatchObject({ state: 'proven', code: 'SIGNATURE_VALID', refused: [] });
    expect(search.accepted).toEqual([{ signer: key.signer, referrer: referrer.digest, signedAt: [], logged: [] }]);
  });

  test('finds it among others that fail, in whatever order they come', async () => {
    await attach(store, { subject, bytes: Buffer.from('no bundle') });
    await signBy(stranger);
    const good = await signBy(key);
    await attach(store, { subject, bytes: Buffer.from('{"mediaType":1}') });

    for (const backwards of [false, true]) {
      const search = await findSignatures(ordered(store, backwards), subject, options());
      expect(search.accepted.map(({ referrer }) => referrer)).toEqual([good.digest]);
    }
  });

  test.each(['', 'application/vnd.oci.empty.v1+json', undefined])(
    'finds it where the list of referrers calls it %j',
    async (artifactType) => {
      await signBy(key);

      const search = await findSignatures(relabelled(store, { artifactType }), subject, options());

      expect(search.code).toBe('SIGNATURE_VALID');
    },
  );

  test('opens what says that it is a signature first', async () => {
    for (let count = 0; count < 5; count += 1) await attest(key, count);
    await signBy(key);
    const counted = counting(store);

    const search = await findSignatures(counted, subject, options());

    expect(search.code).toBe('SIGNATURE_VALID');
    expect(counted.fetched).toHaveLength(2); // its manifest and its bundle
  });

  test('does not believe the annotation', async () => {
    await attest(key, 1, { 'dev.sigstore.bundle.predicateType': signType });

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_NOT_A_SIGNATURE' });
  });

  test('opens nothing that says it is another kind of artifact', async () => {
    await attach(store, { subject, bytes: Buffer.from('{}'), changes: { artifactType: 'application/spdx+json' } });
    const counted = counting(store);

    expect(await findSignatures(counted, subject, options())).toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(counted.fetched).toEqual([]);
  });
});

describe('the answers where no signature counts', () => {
  test('SIGNATURE_MISSING: nobody has signed', async () => {
    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MISSING' });
  });

  test('SIGNATURE_UNTRUSTED: somebody else has', async () => {
    await signBy(stranger);

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_UNTRUSTED' });
  });

  test('SIGNATURE_NOT_A_SIGNATURE: a signer of the policy has attested, but not signed', async () => {
    await attest(key, 1);

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_NOT_A_SIGNATURE' });
  });

  test('SIGNATURE_OTHER_SUBJECT: the bundle was carried over from another capsule', async () => {
    const other = await pushSubject(store, 'another capsule');
    await attach(store, { subject, bytes: bundleBytes({ payload: statement(other.digest), key }) });

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_OTHER_SUBJECT' });
  });

  test('SIGNATURE_OTHER_SUBJECT: the list offers a manifest that is attached to another capsule', async () => {
    const other = await pushSubject(store, 'another capsule');
    const bytes = bundleBytes({ payload: statement(subject.digest), key });
    const carried = await attach(store, { subject: other, bytes });

    const search = await findSignatures(listing(store, [carried]), subject, options());

    expect(search).toMatchObject({ state: 'refuted', code: 'SIGNATURE_OTHER_SUBJECT', accepted: [] });
  });

  test('SIGNATURE_MALFORMED: what is there cannot be read', async () => {
    await attach(store, { subject, bytes: Buffer.from('{}') });

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MALFORMED' });
  });

  test('SIGNATURE_MALFORMED: one manifest carries two bundles', async () => {
    const { digest, size } = await signBy(key);
    const layer = { mediaType: bundleMediaType, digest, size };
    await attach(store, { subject, bytes: Buffer.from('{}'), changes: { layers: [layer, layer] } });

    expect(await find({ signers: [stranger.signer] })).toMatchObject({
      refused: expect.arrayContaining([expect.objectContaining({ code: 'SIGNATURE_MALFORMED' })]),
    });
  });

  test('SIGNATURE_TOO_LARGE: the bundle is declared larger than any signature', async () => {
    const layer = { mediaType: bundleMediaType, digest: subject.digest, size: 17 * 1024 * 1024 };
    await attach(store, { subject, bytes: Buffer.from('{}'), changes: { layers: [layer] } });

    expect(await find()).toMatchObject({ state: 'refuted', code: 'SIGNATURE_TOO_LARGE' });
  });

  test('SIGNATURE_EXPIRED: the key counts no longer', async () => {
    await signBy(key);

    const search = await find({ signers: [{ ...key.signer, notAfterMs: nowMs - 1 }] });

    expect(search).toMatchObject({ state: 'refuted', code: 'SIGNATURE_EXPIRED' });
  });

  test('each has its own message', async () => {
    await signBy(stranger);
    const untrusted = await find();
    await attest(key, 1);
    const both = await find();

    const named = `names the key ${stranger.signer.fingerprint}, which the policy does not trust; it trusts ${signerLabel(key.signer)}`;
    expect(untrusted.message).toMatch(/^the signature sha256:[0-9a-f]{64} names/);
    expect(untrusted.message.endsWith(named)).toBe(true);
    expect(both.message).toBe(untrusted.message); // an attestation is no other signature
    await signBy(newKey());
    expect((await find()).message).toMatch(/; 1 other signature does not count either$/);
  });
});

describe('a threshold', () => {
  test('is met by different signers', async () => {
    await signBy(key);
    await signBy(stranger);

    const search = await find({ signers: [key.signer, stranger.signer], threshold: 2 });

    expect(search).toMatchObject({ state: 'proven', code: 'SIGNATURE_VALID' });
    expect(search.accepted).toHaveLength(2);
  });

  test('is not met by one signer who signs twice, nor by one key under two names', async () => {
    await signBy(key);
    await signBy(key);

    const search = await find({ signers: [key.signer, { ...key.signer, label: 'copy.pub' }], threshold: 2 });

    expect(search).toMatchObject({ state: 'refuted', code: 'SIGNATURE_THRESHOLD' });
    expect(search.accepted).toHaveLength(1);
  });

  test('of nothing accepts nothing', async () => {
    expect(await find({ threshold: 0 })).toMatchObject({ state: 'refuted', code: 'SIGNATURE_MISSING' });
  });
});

describe('a store that fails', () => {
  test.each<[OciErrorCode, string]>([
    ['THROTTLED', 'SIGNATURE_THROTTLED'],
    ['UNAVAILABLE', 'SIGNATURE_LOOKUP_FAILED'],
    ['PROTOCOL_ERROR', 'SIGNATURE_LOOKUP_FAILED'],
    ['UNAUTHORIZED', 'SIGNATURE_FORBIDDEN'],
    ['FORBIDDEN', 'SIGNATURE_FORBIDDEN'],
    ['LIMIT_EXCEEDED', 'SIGNATURE_TOO_MANY'],
    ['MANIFEST_INVALID', 'SIGNATURE_LOOKUP_FAILED'],
  ])('with %s while it lists is no proof that nobody has signed: %s', async (thrown, code) => {
    const failing = { ...readable(store), referrers: () => failAfter([], new OciError(thrown, 'no')) };

    expect(await findSignatures(failing, subject, options())).toMatchObject({ state: 'unknown', code });
  });

  test('while it lists does not hide what it has listed', async () => {
    const good = await signBy(key);
    const failing = { ...readable(store), referrers: () => failAfter([good], new OciError('UNAVAILABLE', 'no')) };

    expect(await findSignatures(failing, subject, options())).toMatchObject({ state: 'proven' });
  });

  test('for one referrer does not hide a good one', async () => {
    const first = await signBy(stranger);
    await signBy(key);
    const failing = fetchFailing(store, (target) => target.digest === first.digest, 'UNAVAILABLE');

    expect(await findSignatures(failing, subject, options())).toMatchObject({ state: 'proven' });
  });

  test('for one referrer leaves the answer open where no other counts', async () => {
    const first = await signBy(key);
    await signBy(stranger);
    const failing = fetchFailing(store, (target) => target.digest === first.digest, 'THROTTLED');

    expect(await findSignatures(failing, subject, options())).toMatchObject({
      state: 'unknown',
      code: 'SIGNATURE_THROTTLED',
      refused: [{ code: 'SIGNATURE_UNTRUSTED' }],
    });
  });

  test('is left alone after three failures', async () => {
    for (let count = 0; count < 10; count += 1) await attest(key, count);
    const failing = fetchFailing(store, () => true, 'UNAVAILABLE');

    const search = await findSignatures(failing, subject, options());

    expect(search.code).toBe('SIGNATURE_LOOKUP_FAILED');
    expect(failing.fetched).toHaveLength(3);
  });

  test.each(['BLOB_UNKNOWN', 'REFERENCE_UNKNOWN', 'SIZE_MISMATCH'] as const)('leaves the answer open where a referrer is listed and not whole: %s', async (code) => {
    const failing = fetchFailing(store, () => true, code);
    await signBy(key);

    expect(await findSignatures(failing, subject, options())).toMatchObject({ state: 'unknown', code: 'SIGNATURE_INCOMPLETE' });
  });

  test.each([false, true])('by referrers without content hides no signature, however many there are (backwards: %s)', async (backwards) => {
    const hollow = new Set<string>();
    const announced = { 'dev.sigstore.bundle.predicateType': signType };
    for (let count = 0; count < 5; count += 1) hollow.add((await attest(key, count, announced)).digest);
    await signBy(key);
    for (let count = 5; count < 10; count += 1) hollow.add((await attest(key, count, announced)).digest);
    const failing = fetchFailing(store, ({ digest }) => hollow.has(digest), 'BLOB_UNKNOWN');

    expect(await findSignatures(ordered(failing, backwards), subject, options())).toMatchObject({ state: 'proven' });
  });

  test('refutes a bundle of which a byte was flipped on the way', async () => {
    await signBy(key);
    const flipping = { ...readable(store), fetch: async (target: Descriptor) => flipped(await store.fetch(target)) };

    expect(await findSignatures(flipping, subject, options())).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });

  test('passes a malfunction and an abort on', async () => {
    const broken = { ...readable(store), referrers: () => failAfter([], new TypeError('broken')) };
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(findSignatures(broken, subject, options())).rejects.toThrowError('broken');
    await expect(findSignatures(broken, subject, options({ signal }))).rejects.toThrowError('enough');
  });
});

describe('a flood of referrers', () => {
  const limits = { ...defaultSearchLimits, maxListed: 50, maxOpened: 10 };

  test('is listed up to the limit, and leaves the answer open', async () => {
    let pulled = 0;
    const referrer = await signBy(stranger);
    async function* endless(): AsyncGenerator<Descriptor> {
      for (;;) yield { ...referrer, digest: `sha256:${String((pulled += 1)).padStart(64, '0')}` };
    }

    const search = await findSignatures({ ...readable(store), referrers: endless }, subject, options({ limits }));

    expect(search).toMatchObject({ state: 'unknown', code: 'SIGNATURE_TOO_MANY' });
    expect(pulled).toBe(51);
  });

  test('is opened up to the limit, and leaves the answer open', async () => {
    for (let count = 0; count < 11; count += 1) await attest(stranger, count);
    const counted = counting(store);

    const search = await findSignatures(counted, subject, options({ limits }));

    expect(search).toMatchObject({ state: 'unknown', code: 'SIGNATURE_TOO_MANY' });
    expect(counted.fetched).toHaveLength(20);
  });

  test('does not hide a signature that stands within the limit', async () => {
    for (let count = 0; count < 11; count += 1) await attest(stranger, count);
    await signBy(key);

    expect(await find({ limits })).toMatchObject({ state: 'proven' });
  });

  test('of one referrer, again and again, is opened once', async () => {
    const referrer = await signBy(stranger);
    const counted = counting(listing(store, Array.from({ length: 40 }, () => referrer)));

    const search = await findSignatures(counted, subject, options({ limits }));

    expect(search.refused).toHaveLength(1);
    expect(counted.fetched).toHaveLength(2);
  });

  test('of large bundles is read up to the limit, and the small ones are still read', async () => {
    for (let count = 0; count < 5; count += 1) await attach(store, { subject, bytes: Buffer.alloc(50_000, count) });
    await signBy(key);

    const signers = [key.signer, stranger.signer];
    const search = await find({ signers, threshold: 2, limits: { ...limits, maxBytes: 120_000 } });

    expect(search.accepted).toMatchObject([{ signer: key.signer }]);
    expect(search.refused).toHaveLength(2);
  });
});

type Reader = FindParameters[0];
type FindParameters = Parameters<typeof findSignatures>;

function options(changes: Partial<FindSignaturesOptions> = {}): FindSignaturesOptions {
  return { signers: [key.signer], threshold: 1, nowMs, ...changes };
}

function find(changes: Partial<FindSignaturesOptions> = {}): Promise<SignatureSearch> {
  return findSignatures(store, subject, options(changes));
}

/** Signs the subject; as ECDSA is randomised, never twice with the same bytes. */
function signBy(by: TestKey): Promise<Descriptor> {
  return attach(store, { subject, bytes: bundleBytes({ payload: statement(subject.digest), key: by }) });
}

function attest(by: TestKey, count: number, annotations?: object): Promise<Descriptor> {
  const payload = statement(subject.digest, { predicateType: provenanceType, predicate: { count } });
  const changes = { annotations: annotations ?? { 'dev.sigstore.bundle.predicateType': provenanceType } };
  return attach(store, { subject, bytes: bundleBytes({ payload, key: by }), changes });
}

function readable(inner: Reader): Reader {
  return {
    fetch: (target, signal) => inner.fetch(target, signal),
    resolve: (reference, signal) => inner.resolve(reference, signal),
    referrers: (of, type, signal) => inner.referrers(of, type, signal),
  };
}

function counting(inner: Reader): Reader & { readonly fetched: Descriptor[] } {
  const fetched: Descriptor[] = [];
  return {
    ...readable(inner),
    fetched,
    async fetch(target, signal) {
      fetched.push(target);
      return inner.fetch(target, signal);
    },
  };
}

function fetchFailing(
  inner: Reader,
  fails: (target: Descriptor) => boolean,
  code: OciErrorCode,
): ReturnType<typeof counting> {
  return counting({
    ...readable(inner),
    async fetch(target, signal) {
      if (fails(target)) throw new OciError(code, `no ${target.digest}`);
      return inner.fetch(target, signal);
    },
  });
}

function listing(inner: Reader, descriptors: readonly Descriptor[]): Reader {
  return { ...readable(inner), referrers: () => failAfter(descriptors) };
}

function ordered(inner: Reader, backwards: boolean): Reader {
  async function* referrers(of: Descriptor): AsyncGenerator<Descriptor> {
    const all = await Array.fromAsync(inner.referrers(of));
    yield* backwards ? all.toReversed() : all;
  }
  return { ...readable(inner), referrers };
}

function relabelled(inner: Reader, { artifactType }: { readonly artifactType: string | undefined }): Reader {
  async function* referrers(of: Descriptor): AsyncGenerator<Descriptor> {
    for await (const { mediaType, digest, size } of inner.referrers(of)) {
      yield { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
    }
  }
  return { ...readable(inner), referrers };
}

async function* failAfter(descriptors: readonly Descriptor[], error?: Error): AsyncGenerator<Descriptor> {
  yield* descriptors;
  if (error !== undefined) throw error;
}

function flipped(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => controller.enqueue(chunk.map((byte, at) => (at === 100 ? byte ^ 1 : byte))),
    }),
  );
}
