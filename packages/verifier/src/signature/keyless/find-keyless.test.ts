import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseTrustedRoot } from '../../trust/parse-trusted-root.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import { findSignatures, type SignatureStore } from '../find-signatures.ts';
import type { SignatureSearch } from '../search-conclusion.ts';
import { identitySigner } from '../testing/identity.ts';
import { pushLegacy, signKeyless, simpleSigning } from '../testing/legacy-signing.ts';
import { PrivateInstance, type SignedUnder, type TestIdentity } from '../testing/private-instance.ts';
import { attach, bundleBytes, encode, manifestMediaType, newKey, provenanceType, pushSubject, signType, statement } from '../testing/signing.ts';
import { testSigstore } from '../testing/test-sigstore.ts';

const issuer = 'https://issuer.example';
const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
const release: TestIdentity = { identity, issuer };
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

let instance: PrivateInstance;
let other: PrivateInstance;
let root: TrustedRoot;
beforeAll(async () => {
  instance = await PrivateInstance.start();
  other = await PrivateInstance.start();
  root = parseTrustedRoot(encode(instance.root()), { source: 'file', label: 'trusted_root.json' });
});

let store: MemoryStore;
let subject: Descriptor;
beforeEach(async () => {
  store = new MemoryStore();
  subject = await pushSubject(store);
});

test('a good bundle counts among nine bad ones, in whatever order they come, and each is refused with its own code', async () => {
  const elsewhere = statement(`sha256:${'ab'.repeat(32)}`);
  const attestation = statement(subject.digest, { predicateType: provenanceType });
  await sign({ by: { identity: `${identity}2`, issuer } });
  await sign({ by: { identity, issuer: 'https://other.example' } });
  await sign({ by: release, under: { logs: [] } });
  await sign({ by: release, under: { timestamp: false } });
  await sign({ by: release, under: { timestampBy: other } });
  await sign({ by: release, payload: elsewhere });
  await sign({ by: release, payload: attestation });
  await sign({ by: release, from: other, under: { timestampBy: instance } });
  await attach(store, { subject, bytes: bundleBytes({ payload: statement(subject.digest), key: newKey() }) });
  const bad = await find(store);
  const good = await sign({ by: release });

  const [forwards, backwards] = [await find(ordered(false)), await find(ordered(true))];

  expect(bad.state).toBe('refuted');
  expect(bad.refused.map(({ code }) => code).sort()).toEqual([
    'SIGNATURE_BY_KEY',
    'SIGNATURE_CERTIFICATE_UNTRUSTED',
    'SIGNATURE_LOG_MISSING',
    'SIGNATURE_NOT_A_SIGNATURE',
    'SIGNATURE_OTHER_SUBJECT',
    'SIGNATURE_TIMESTAMP_INVALID',
    'SIGNATURE_TIME_MISSING',
    'SIGNATURE_WRONG_IDENTITY',
    'SIGNATURE_WRONG_ISSUER',
  ]);
  for (const search of [forwards, backwards]) {
    expect(search).toMatchObject({ state: 'proven', accepted: [{ referrer: good.digest, identity }] });
  }
});

describe('ten thousand referrers', () => {
  test('that say they are attestations cost a good signature nothing', async () => {
    const good = await sign({ by: release });
    const flooded = flooding(9_999, provenanceType, [good]);

    expect(await find(flooded)).toMatchObject({ state: 'proven' });
    expect(flooded.fetched).toBe(2); // its manifest and its bundle
  });

  test('that say they are signatures are opened up to the limit, and leave the answer open', async () => {
    const good = await sign({ by: release });
    const flooded = flooding(9_999, signType, [good]);

    expect(await find(flooded)).toMatchObject({ state: 'unknown', code: 'SIGNATURE_TOO_MANY', accepted: [] });
    expect(flooded.fetched).toBe(1_000);
  });

  test('do not hide what stands under the legacy tag', async () => {
    const sigstore = await testSigstore();
    await pushLegacy(store, subject, [await signKeyless(sigstore, simpleSigning(subject.digest), identity)]);

    const search = await find(flooding(9_999, signType, []), sigstore.root);

    expect(search).toMatchObject({ state: 'proven', accepted: [{ place: 'legacy-tag' }] });
  });

  test('and one more are never taken for nobody having signed', async () => {
    const flooded = flooding(10_001, 'https://example.com/other/v1', []);

    expect(await find(flooded)).toMatchObject({ state: 'unknown', code: 'SIGNATURE_TOO_MANY' });
    expect(flooded.fetched).toBe(1_000);
  });
});

interface SignOptions {
  readonly by: TestIdentity;
  readonly payload?: Buffer;
  readonly under?: SignedUnder;
  readonly from?: PrivateInstance;
}

async function sign({ by, payload = statement(subject.digest), under = {}, from = instance }: SignOptions): Promise<Descriptor> {
  return attach(store, { subject, bytes: encode(await from.sign(payload, by, under)) });
}

function find(from: SignatureStore, trusted: TrustedRoot = root): Promise<SignatureSearch> {
  return findSignatures(from, subject, { signers: [identitySigner(identity, issuer)], threshold: 1, nowMs: Date.now(), root: trusted });
}

function ordered(backwards: boolean): SignatureStore {
  async function* referrers(of: Descriptor): AsyncGenerator<Descriptor> {
    const all = await Array.fromAsync(store.referrers(of));
    yield* backwards ? all.toReversed() : all;
  }
  return { referrers, fetch: (target) => store.fetch(target), resolve: (reference) => store.resolve(reference) };
}

/** A store that lists so many referrers before its own, each of them a bundle by what the list says, and none of them there. */
function flooding(count: number, predicateType: string, own: readonly Descriptor[]): SignatureStore & { readonly fetched: number } {
  let fetched = 0;
  const annotations = { 'dev.sigstore.bundle.predicateType': predicateType };
  return {
    async *referrers() {
      for (let at = 0; at < count; at += 1) {
        const digest = `sha256:${String(at).padStart(64, '0')}` as const;
        yield { mediaType: manifestMediaType, digest, size: 500, artifactType: bundleType, annotations };
      }
      yield* own.map((descriptor) => ({ ...descriptor, artifactType: bundleType, annotations: { 'dev.sigstore.bundle.predicateType': signType } }));
    },
    fetch(target) {
      fetched += 1;
      return store.fetch(target);
    },
    resolve: (reference) => store.resolve(reference),
    get fetched() {
      return fetched;
    },
  };
}
