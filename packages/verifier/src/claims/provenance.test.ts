import { type Descriptor, MemoryStore, OciError, type OciErrorCode } from '@release-capsule/oci';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Policy, PolicySigner, ProvenancePolicy } from '../policy/policy.ts';
import { type BuiltPlatform, provenanceOf, pushBuiltImage } from '../provenance/testing/built-image.ts';
import { buildKitOfDirectory, generatorBuilder, githubAttestation, githubBuilder, producers, slsaGenerator } from '../provenance/testing/producers.ts';
import { altered } from '../signature/testing/altered-store.ts';
import { attach, bundleBytes, bundleJson, encode, newKey, pushIndex, pushSubject, statement, type TestKey } from '../signature/testing/signing.ts';
import { identitySigner } from '../signature/testing/identity.ts';
import { attestKeyless, dsseEnvelopeType, pushLegacy } from '../signature/testing/legacy-signing.ts';
import { PrivateInstance } from '../signature/testing/private-instance.ts';
import { testSigstore } from '../signature/testing/test-sigstore.ts';
import { parseTrustedRoot } from '../trust/parse-trusted-root.ts';
import type { ImageStore } from '../verify/verify-options.ts';
import { judgeProvenance, provenanceLookupFinding } from './provenance.ts';
import { commit, policy as releasePolicy, record } from './testing/release.ts';

const key = newKey();
const stranger = newKey();
const now = new Date('2026-11-20T09:33:31Z');
const from = { repository: record.source.repoURL, commit };
const github = githubAttestation(from);

let store: MemoryStore;
let image: Descriptor;
beforeEach(async () => {
  store = new MemoryStore();
  image = await pushSubject(store, 'image');
});

describe('attached provenance', () => {
  test.each(producers)('of %s counts', async (_name, produce) => {
    const referrer = await attestBy(key, provenanceOf([image.digest], produce(from)));

    expect(await judge()).toMatchObject({
      claim: 'PROVENANCE',
      state: 'proven',
      code: 'PROVENANCE_VALID',
      evidence: { where: referrer.digest, repository: from.repository, commit, refused: [] },
    });
  });

  test("of GitHub counts by its workflow's identity", async () => {
    const instance = await PrivateInstance.start();
    const issuer = 'https://token.actions.githubusercontent.com';
    const bundle = await instance.sign(provenanceOf([image.digest], github), { identity: githubBuilder, issuer });
    await attach(store, { subject: image, bytes: encode(bundle) });
    const trustedRoot = parseTrustedRoot(encode(instance.root()), { source: 'file', label: 'test' });

    expect(await judge({ signers: [identitySigner(githubBuilder, issuer)] }, { trustedRoot })).toMatchObject({ code: 'PROVENANCE_VALID' });
    expect(await judge({ signers: [identitySigner(generatorBuilder, issuer)] }, { trustedRoot })).toMatchObject({ code: 'PROVENANCE_UNTRUSTED' });
  });

  test('in the former statement counts, as cosign attest writes it', async () => {
    await attestBy(key, provenanceOf([image.digest], slsaGenerator(from), { _type: 'https://in-toto.io/Statement/v0.1' }));

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_VALID' });
  });

  test('of a build that made more than the image counts', async () => {
    await attestBy(key, provenanceOf([`sha256:${'1'.repeat(64)}`, image.digest], github));

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_VALID' });
  });

  test('counts by the builders that the policy names, exactly', async () => {
    await attestBy(key, provenanceOf([image.digest], github));

    expect(await judge({ builders: ['other', githubBuilder] })).toMatchObject({ code: 'PROVENANCE_VALID' });
    for (const builder of [generatorBuilder, githubBuilder.slice(0, -1), `${githubBuilder}2`]) {
      expect(await judge({ builders: [builder] })).toMatchObject({ state: 'refuted', code: 'PROVENANCE_BUILDER_DIFFERS' });
    }
  });

  test('is found among others that fail', async () => {
    await attach(store, { subject: image, bytes: Buffer.from('no bundle') });
    await attestBy(stranger, provenanceOf([image.digest], github));
    await attestBy(key, provenanceOf([image.digest], githubAttestation({ ...from, commit: '1'.repeat(40) })));
    await attestBy(key, provenanceOf([image.digest], github));

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_VALID' });
  });
});

describe('provenance under the legacy tag', () => {
  const att = { suffix: 'att', mediaType: dsseEnvelopeType };
  const layer = (by: TestKey, payload: Buffer) => {
    const { dsseEnvelope } = bundleJson({ payload, key: by });
    return { bytes: encode(dsseEnvelope), annotations: { 'dev.cosignproject.cosign/signature': '', predicateType: 'not read' } };
  };

  test.each(producers)('of %s counts, attached by cosign 2', async (_name, produce) => {
    const manifest = await pushLegacy(store, image, [layer(key, statement(image.digest)), layer(key, provenanceOf([image.digest], produce(from)))], att);

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_VALID', evidence: { where: expect.stringContaining(manifest.digest) } });
  });

  test("of slsa-github-generator counts by its workflow's identity", async () => {
    const sigstore = await testSigstore();
    const payload = provenanceOf([image.digest], slsaGenerator(from), { _type: 'https://in-toto.io/Statement/v0.1' });
    await pushLegacy(store, image, [await attestKeyless(sigstore, payload, generatorBuilder)], att);
    const trustedRoot = sigstore.root;

    expect(await judge({ signers: [identitySigner(generatorBuilder)], builders: [generatorBuilder] }, { trustedRoot })).toMatchObject({ code: 'PROVENANCE_VALID' });
    expect(await judge({ signers: [identitySigner(githubBuilder)] }, { trustedRoot })).toMatchObject({ code: 'PROVENANCE_UNTRUSTED' });
  });

  test.each([
    ['PROVENANCE_UNTRUSTED', 'by somebody else', () => layer(stranger, provenanceOf([image.digest], github))],
    ['PROVENANCE_OTHER_SUBJECT', 'of another image under the tag of this one', () => layer(key, provenanceOf([`sha256:${'1'.repeat(64)}`], github))],
    ['PROVENANCE_COMMIT_DIFFERS', 'of another commit', () => layer(key, provenanceOf([image.digest], githubAttestation({ ...from, commit: '1'.repeat(40) })))],
    ['PROVENANCE_MALFORMED', 'that is no envelope', () => ({ bytes: Buffer.from('{}'), annotations: {} })],
  ] as const)('%s: it is %s', async (code, _what, make) => {
    await pushLegacy(store, image, [make()], att);

    expect(await judge()).toMatchObject({ state: 'refuted', code });
  });

  test('is not asked for where a referrer satisfies', async () => {
    await attestBy(key, provenanceOf([image.digest], github));
    const broken = altered(store, { resolve: () => Promise.reject(new Error('no tag is asked for')) });

    expect(await judge({}, {}, [], broken)).toMatchObject({ code: 'PROVENANCE_VALID' });
  });

  test('that cannot be looked up is unknown', async () => {
    const failing = altered(store, { resolve: () => Promise.reject(new OciError('THROTTLED', 'later')) });

    expect(await judge({}, {}, [], failing)).toMatchObject({ state: 'unknown', code: 'PROVENANCE_THROTTLED' });
  });
});

describe('the answers where none counts', () => {
  test('PROVENANCE_MISSING: nothing is attached, or only a signature and other attestations', async () => {
    expect(await judge()).toMatchObject({ state: 'refuted', code: 'PROVENANCE_MISSING' });

    await attestBy(key, statement(image.digest));
    await attestBy(key, statement(image.digest, { predicateType: 'https://spdx.dev/Document' }));
    await attestBy(key, statement(image.digest, { predicateType: 'https://slsa.dev/provenance/v1-evil' }));
    expect(await judge()).toMatchObject({ state: 'refuted', code: 'PROVENANCE_MISSING' });
  });

  test.each([
    ['PROVENANCE_COMMIT_DIFFERS', 'of another commit', () => provenanceOf([image.digest], githubAttestation({ ...from, commit: '1'.repeat(40) }))],
    ['PROVENANCE_COMMIT_DIFFERS', 'of a commit that was changed', () => provenanceOf([image.digest], buildKitOfDirectory({ ...from, commit: `${commit}-dirty` }))],
    ['PROVENANCE_COMMIT_DIFFERS', 'of a short commit', () => provenanceOf([image.digest], slsaGenerator({ ...from, commit: commit.slice(0, 12) }))],
    ['PROVENANCE_SOURCE_DIFFERS', 'of another repository', () => provenanceOf([image.digest], githubAttestation({ ...from, repository: `${from.repository}-fork` }))],
    ['PROVENANCE_SOURCE_DIFFERS', 'of no source', () => provenanceOf([image.digest], withoutSource())],
    ['PROVENANCE_OTHER_SUBJECT', 'of another image', () => provenanceOf([`sha256:${'1'.repeat(64)}`], github)],
    ['PROVENANCE_OTHER_SUBJECT', 'of nothing', () => provenanceOf([], github)],
    ['PROVENANCE_MALFORMED', 'without a predicate', () => provenanceOf([image.digest], { ...github, predicate: {} })],
    ['PROVENANCE_MALFORMED', 'that is no statement', () => encode({ predicateType: github.predicateType })],
  ] as const)('%s: it is %s', async (code, _what, payload) => {
    await attestBy(key, payload());

    expect(await judge()).toMatchObject({ state: 'refuted', code, evidence: { refused: [expect.stringContaining(code)] } });
  });

  test('PROVENANCE_OTHER_SUBJECT: only another algorithm names the image', async () => {
    const subject = [{ name: 'app', digest: { sha512: image.digest.slice(7), sha256: '1'.repeat(64) } }];
    await attestBy(key, provenanceOf([], github, { subject }));

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_OTHER_SUBJECT' });
  });

  test('PROVENANCE_UNTRUSTED: somebody else attests it, and the evidence says why', async () => {
    await attestBy(stranger, provenanceOf([image.digest], github));

    expect(await judge()).toMatchObject({
      code: 'PROVENANCE_UNTRUSTED',
      evidence: { refused: [expect.stringContaining('SIGNATURE_UNTRUSTED')] },
    });
  });

  test('PROVENANCE_UNTRUSTED: its signer is denied', async () => {
    await attestBy(key, provenanceOf([image.digest], github));
    const deny = [{ what: 'signer', value: key.signer.fingerprint, reason: 'lost laptop' }] as const;

    expect(await judge({ signers: [key.signer, stranger.signer] }, { deny })).toMatchObject({ code: 'PROVENANCE_UNTRUSTED' });
  });

  test('PROVENANCE_MALFORMED: what is attached is no bundle', async () => {
    await attach(store, { subject: image, bytes: Buffer.from('no bundle') });

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_MALFORMED' });
  });

  test('what a trusted signer says comes before what a stranger says', async () => {
    await attestBy(stranger, provenanceOf([image.digest], github));
    await attestBy(key, provenanceOf([image.digest], githubAttestation({ ...from, commit: '1'.repeat(40) })));

    expect(await judge()).toMatchObject({ code: 'PROVENANCE_COMMIT_DIFFERS' });
  });
});

describe('provenance in the image', () => {
  const amd64: BuiltPlatform = { name: 'amd64', provenance: buildKitOfDirectory(from) };
  const arm64: BuiltPlatform = { name: 'arm64', provenance: buildKitOfDirectory(from) };

  test('counts where a signer whose provenance counts has signed the index', async () => {
    image = await pushBuiltImage(store, [amd64, arm64]);

    expect(await judge({}, {}, [key.signer])).toMatchObject({ code: 'PROVENANCE_VALID', evidence: { where: image.digest, commit } });
  });

  test('does not count where nobody has: it is not signed itself', async () => {
    image = await pushBuiltImage(store, [amd64, arm64]);

    expect(await judge({}, {}, [])).toMatchObject({ state: 'refuted', code: 'PROVENANCE_MISSING' });
  });

  test('does not count where whoever signed the index may not say how it was built', async () => {
    image = await pushBuiltImage(store, [amd64]);

    expect(await judge({}, {}, [stranger.signer])).toMatchObject({ state: 'refuted', code: 'PROVENANCE_MISSING' });
  });

  const otherCommit = { ...arm64, provenance: buildKitOfDirectory({ ...from, commit: '1'.repeat(40) }) };
  const { provenance: _none, ...bare } = arm64;
  test.each([
    ['PROVENANCE_COMMIT_DIFFERS', 'one platform is of another commit', [amd64, otherCommit]],
    ['PROVENANCE_MISSING', 'one platform has none', [amd64, bare]],
    ['PROVENANCE_OTHER_SUBJECT', 'one is of another manifest', [amd64, { ...arm64, subject: `sha256:${'1'.repeat(64)}` }]],
    ['PROVENANCE_MISSING', 'there is none at all', [bare]],
  ] as const)('%s: %s', async (code, _what, platforms) => {
    image = await pushBuiltImage(store, platforms);

    expect(await judge({}, {}, [key.signer])).toMatchObject({ state: 'refuted', code });
  });

  test.each([
    ['is retired', { notAfterMs: now.getTime() - 1 }],
    ['must be logged', { evidence: { logEntries: 1, timestamps: 0, scts: 0 } }],
  ])('does not count by a signer of the image who %s where provenance is asked for', async (_what, terms) => {
    image = await pushBuiltImage(store, [amd64]);

    expect(await judge({}, {}, [key.signer])).toMatchObject({ code: 'PROVENANCE_VALID' });
    expect(await judge({ signers: [{ ...key.signer, ...terms }] }, {}, [key.signer])).toMatchObject({ code: 'PROVENANCE_MISSING' });
  });

  test.each(['image', 'index of images'])('does not cover an %s that the index calls an attestation', async (what) => {
    const disguised = what === 'image' ? await pushSubject(store, 'from anywhere') : await pushIndex(store, [await pushSubject(store, 'from anywhere')]);
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': disguised.digest };
    image = await pushBuiltImage(store, [amd64], [{ ...disguised, annotations }]);

    expect(await judge({}, {}, [key.signer])).toMatchObject({ state: 'refuted', code: 'PROVENANCE_MALFORMED' });
  });

  test('of more manifests than the limit is not judged', async () => {
    image = await pushBuiltImage(store, Array.from({ length: 40 }, (_, index) => ({ ...amd64, name: `platform ${index}` })));

    expect(await judge({}, {}, [key.signer])).toMatchObject({ state: 'unknown', code: 'PROVENANCE_TOO_MANY' });
  });

  test('that cannot be fetched is unknown', async () => {
    image = await pushBuiltImage(store, [amd64]);
    const failing = altered(store, {
      fetch: (target, signal) => (target.digest === image.digest ? store.fetch(target, signal) : Promise.reject(new OciError('THROTTLED', 'later'))),
    });

    expect(await judge({}, {}, [key.signer], failing)).toMatchObject({ state: 'unknown', code: 'PROVENANCE_THROTTLED' });
  });
});

describe('what could not be looked up is unknown', () => {
  test.each([
    ['UNAVAILABLE', 'PROVENANCE_LOOKUP_FAILED'],
    ['THROTTLED', 'PROVENANCE_THROTTLED'],
    ['FORBIDDEN', 'PROVENANCE_FORBIDDEN'],
    ['ADDRESS_REFUSED', 'PROVENANCE_MISDIRECTED'],
    ['LIMIT_EXCEEDED', 'PROVENANCE_TOO_MANY'],
  ] as const)('%s of the list: %s', async (code, expected) => {
    const failing = altered(store, {
      async *referrers() {
        yield* [];
        throw new OciError(code, 'the registry of a test says so');
      },
    });

    expect(await judge({}, {}, [], failing)).toMatchObject({ state: 'unknown', code: expected });
  });

  test('PROVENANCE_INCOMPLETE: something is listed and not there', async () => {
    const referrer = await attestBy(key, provenanceOf([image.digest], github));
    const broken = altered(store, {
      fetch: (target, signal) => (target.digest === referrer.digest ? Promise.reject(new OciError('BLOB_UNKNOWN', 'gone')) : store.fetch(target, signal)),
    });

    expect(await judge({}, {}, [], broken)).toMatchObject({ state: 'unknown', code: 'PROVENANCE_INCOMPLETE' });
  });

  test('after three failures the store is left alone', async () => {
    const referrers = [];
    for (let count = 0; count < 5; count += 1) {
      referrers.push(await attestBy(key, provenanceOf([image.digest], githubAttestation({ ...from, commit: String(count).repeat(40) }))));
    }
    let requests = 0;
    const failing = altered(store, {
      fetch: () => {
        requests += 1;
        return Promise.reject(new OciError('UNAVAILABLE', 'down'));
      },
    });

    expect(await judge({}, {}, [], failing)).toMatchObject({ code: 'PROVENANCE_LOOKUP_FAILED' });
    expect(requests).toBe(3);
  });

  test.each([
    ['REFERENCE_UNKNOWN', 'refuted', 'PROVENANCE_MISSING'],
    ['UNAUTHORIZED', 'unknown', 'PROVENANCE_FORBIDDEN'],
    ['UNAVAILABLE', 'unknown', 'PROVENANCE_LOOKUP_FAILED'],
  ] satisfies readonly (readonly [OciErrorCode, string, string])[])('%s of the image itself is %s: %s', (code, state, expected) => {
    expect(provenanceLookupFinding(new OciError(code, 'says the store'))).toMatchObject({ claim: 'PROVENANCE', state, code: expected });
  });
});

function attestBy(by: TestKey, payload: Buffer): Promise<Descriptor> {
  return attach(store, { subject: image, bytes: bundleBytes({ payload, key: by }), changes: { annotations: {} } });
}

function withoutSource(): typeof github {
  const predicate = { buildDefinition: { externalParameters: {}, resolvedDependencies: [] }, runDetails: { builder: { id: 'b' } } };
  return { ...github, predicate };
}

function judge(
  wanted: Partial<ProvenancePolicy> = {},
  changes: Partial<Policy> = {},
  signedBy: readonly PolicySigner[] = [],
  reader: ImageStore = store,
) {
  return judgeProvenance(reader, image, {
    record,
    policy: { ...releasePolicy, ...changes },
    wanted: { signers: [key.signer], builders: [], ...wanted },
    signed: signedBy.map((signer) => ({ signer, signedAt: [], logged: [] })),
    now,
  });
}
