import { type Descriptor, MemoryStore, OciError, type OciErrorCode } from '@release-capsule/oci';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KeySigner, Policy } from '../policy/policy.ts';
import { altered } from '../signature/testing/altered-store.ts';
import {
  attach,
  bundleBytes,
  bundleJson,
  encode,
  newKey,
  provenanceType,
  pushIndex,
  pushSubject,
  statement,
  type TestKey,
} from '../signature/testing/signing.ts';
import type { ImageStore } from '../verify/verify-options.ts';
import { imageLookupFinding, judgeImageSignature } from './image-signature.ts';
import { policy as releasePolicy } from './testing/release.ts';

const key = newKey();
const second = newKey('P-384');
const stranger = newKey();
const now = new Date('2026-11-20T09:33:31Z');

let store: MemoryStore;
let image: Descriptor;
beforeEach(async () => {
  store = new MemoryStore();
  image = await pushIndex(store, [await pushSubject(store, 'image')]);
});

describe('the signature of the image', () => {
  test('holds where a signer of the policy has signed the index that the record names', async () => {
    const referrer = await signBy(key);

    expect(await judge()).toMatchObject({
      claim: 'IMAGE_SIGNATURE',
      state: 'proven',
      code: 'IMAGE_SIGNED',
      evidence: { referrers: [referrer.digest], refused: [] },
    });
  });

  test('does not hold where only an image in the index is signed', async () => {
    const inside = await pushSubject(store, 'image');
    await attach(store, { subject: inside, bytes: bundleBytes({ payload: statement(inside.digest), key }) });

    expect(await judge()).toMatchObject({ state: 'refuted', code: 'IMAGE_UNSIGNED' });
  });

  test('IMAGE_UNSIGNED: nobody has signed', async () => {
    expect(await judge()).toMatchObject({ state: 'refuted', code: 'IMAGE_UNSIGNED' });
  });

  test('IMAGE_UNSIGNED: an attestation is no signature, whoever has made it', async () => {
    await attach(store, { subject: image, bytes: bundleBytes({ payload: statement(image.digest, { predicateType: provenanceType }), key }) });

    const finding = await judge();

    expect(finding).toMatchObject({ state: 'refuted', code: 'IMAGE_UNSIGNED' });
    expect(finding.evidence?.['refused']).toEqual([expect.stringContaining('SIGNATURE_NOT_A_SIGNATURE')]);
  });

  test('IMAGE_SIGNED_BY_OTHERS: somebody else has', async () => {
    await signBy(stranger);

    const finding = await judge();

    expect(finding).toMatchObject({ state: 'refuted', code: 'IMAGE_SIGNED_BY_OTHERS' });
    expect(finding.evidence?.['refused']).toEqual([expect.stringContaining('SIGNATURE_UNTRUSTED')]);
  });

  test("IMAGE_SIGNED_BY_OTHERS: a denied signer's signature is nobody's", async () => {
    await signBy(key);

    const finding = await judge({ deny: [{ what: 'signer', value: key.signer.fingerprint, reason: 'lost laptop' }] }, [key.signer, second.signer]);

    expect(finding).toMatchObject({ state: 'refuted', code: 'IMAGE_SIGNED_BY_OTHERS' });
  });

  test('IMAGE_SIGNATURE_THRESHOLD: fewer than the policy asks for', async () => {
    await signBy(key);
    const both = [key.signer, second.signer];

    expect(await judge({}, both, 2)).toMatchObject({ state: 'refuted', code: 'IMAGE_SIGNATURE_THRESHOLD' });

    await attach(store, { subject: image, bytes: bundleBytes({ payload: statement(image.digest), key: second, hash: 'sha384' }) });
    expect(await judge({}, both, 2)).toMatchObject({ state: 'proven', code: 'IMAGE_SIGNED' });
  });

  test.each([
    ['SIGNATURE_OTHER_SUBJECT', async () => bundleBytes({ payload: statement((await pushSubject(store, 'other')).digest), key })],
    ['SIGNATURE_MALFORMED', async () => encode({ ...bundleJson({ payload: statement(image.digest), key }), mediaType: 'text/plain' })],
    ['SIGNATURE_INVALID', async () => withSignatureOf(key, bundleJson({ payload: statement(image.digest, { subject: [] }), key }))],
  ] as const)('IMAGE_SIGNATURE_REFUSED: names %s in its evidence', async (code, bytes) => {
    await attach(store, { subject: image, bytes: await bytes() });

    const finding = await judge();

    expect(finding).toMatchObject({ state: 'refuted', code: 'IMAGE_SIGNATURE_REFUSED' });
    expect(finding.evidence?.['refused']).toEqual([expect.stringContaining(`: ${code}: `)]);
  });

  test('IMAGE_SIGNATURE_REFUSED: the signer no longer counts', async () => {
    await signBy(key);

    const finding = await judge({}, [{ ...key.signer, notAfterMs: now.getTime() - 1 }]);

    expect(finding).toMatchObject({ state: 'refuted', code: 'IMAGE_SIGNATURE_REFUSED' });
    expect(finding.evidence?.['refused']).toEqual([expect.stringContaining('SIGNATURE_EXPIRED')]);
  });
});

describe('what could not be looked up is unknown', () => {
  test.each([
    ['UNAVAILABLE', 'IMAGE_SIGNATURE_LOOKUP_FAILED'],
    ['THROTTLED', 'IMAGE_SIGNATURE_THROTTLED'],
    ['FORBIDDEN', 'IMAGE_SIGNATURE_FORBIDDEN'],
    ['ADDRESS_REFUSED', 'IMAGE_SIGNATURE_MISDIRECTED'],
    ['LIMIT_EXCEEDED', 'IMAGE_SIGNATURE_TOO_MANY'],
  ] as const)('%s of the list: %s', async (code, expected) => {
    expect(await judge({}, [key.signer], 1, failingToList(code))).toMatchObject({ state: 'unknown', code: expected });
  });

  test('IMAGE_SIGNATURE_INCOMPLETE: a signature is listed and not there', async () => {
    const referrer = await signBy(key);
    const broken = altered(store, {
      fetch: (target, signal) => (target.digest === referrer.digest ? Promise.reject(new OciError('BLOB_UNKNOWN', 'gone')) : store.fetch(target, signal)),
    });

    expect(await judge({}, [key.signer], 1, broken)).toMatchObject({ state: 'unknown', code: 'IMAGE_SIGNATURE_INCOMPLETE' });
  });

  test.each([
    ['REFERENCE_UNKNOWN', 'refuted', 'IMAGE_MISSING'],
    ['REPOSITORY_UNKNOWN', 'refuted', 'IMAGE_MISSING'],
    ['THROTTLED', 'unknown', 'IMAGE_SIGNATURE_THROTTLED'],
    ['UNAUTHORIZED', 'unknown', 'IMAGE_SIGNATURE_FORBIDDEN'],
    ['DIGEST_MISMATCH', 'unknown', 'IMAGE_SIGNATURE_LOOKUP_FAILED'],
  ] as const)('%s of the image itself is %s: %s', (code, state, expected) => {
    expect(imageLookupFinding(new OciError(code, 'says the store'))).toMatchObject({ claim: 'IMAGE_SIGNATURE', state, code: expected });
  });

  test('a malfunction is no finding', () => {
    expect(() => imageLookupFinding(new TypeError('a bug'))).toThrow('a bug');
  });
});

function signBy(by: TestKey): Promise<Descriptor> {
  return attach(store, { subject: image, bytes: bundleBytes({ payload: statement(image.digest), key: by }) });
}

/** A bundle whose signature is over another statement. */
function withSignatureOf(by: TestKey, other: ReturnType<typeof bundleJson>): Buffer {
  const json = bundleJson({ payload: statement(image.digest), key: by });
  return encode({ ...json, dsseEnvelope: { ...json.dsseEnvelope, signatures: other.dsseEnvelope.signatures } });
}

async function judge(changes: Partial<Policy> = {}, signers: readonly KeySigner[] = [key.signer], threshold = 1, from: ImageStore = store) {
  const stated = { repository: 'ghcr.io/example/app', signers, threshold, provenance: { signers: [], builders: [] } };
  const { finding } = await judgeImageSignature({ store: from, subject: image }, { policy: { ...releasePolicy, image: stated, ...changes }, image: stated, now });
  return finding;
}

function failingToList(code: OciErrorCode): ImageStore {
  return altered(store, {
    async *referrers() {
      yield* [];
      throw new OciError(code, 'the registry of a test says so');
    },
  });
}
