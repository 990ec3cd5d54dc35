import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { type AttachedAttestation, attestCapsule, type AttestCapsuleOptions, detectCiRun, signStatement } from '@release-capsule/packer';
import { findAttestation } from '@release-capsule/verifier';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgeRecord } from './releases/forge.ts';
import { appDigest, freightOf, policyFor, refutations, release, type Release, sourceRepository, verify } from './releases/release.ts';
import { bytesOf, newKey, now, type TestKey } from './releases/signing.ts';
import { githubJob } from './releases/github-job.ts';
import { copyOf } from './releases/stores.ts';
import { temporaryDirectory } from './releases/temporary-directory.ts';

const directory = temporaryDirectory();
const provenanceType = 'https://slsa.dev/provenance/v1';
const spdxType = 'https://spdx.dev/Document';
const run = detectCiRun(githubJob);
const foreign = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'the image', digest: { sha256: appDigest.slice(7) } }],
  predicateType: provenanceType,
  predicate: {
    buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
    runDetails: { builder: { id: 'https://example.com/builder' } },
  },
};

let key: TestKey;
let packed: MemoryStore;
let app: Release;
beforeAll(async () => {
  key = await newKey();
  packed = new MemoryStore();
  app = await release(packed, directory, {});
});

let store: MemoryStore;
beforeEach(async () => {
  store = await copyOf(packed, [app.descriptor], { [app.tag]: app.descriptor });
});

function attest(options: Partial<AttestCapsuleOptions> = {}): Promise<readonly AttachedAttestation[]> {
  return attestCapsule(store, app.descriptor, key.sign, { attestations: [{ kind: 'provenance' }, { kind: 'sbom' }], now, run, ...options });
}

describe('the attestations of a capsule', () => {
  test('are its provenance and its SBOM, each about its manifest alone', async () => {
    const attached = await attest();

    expect(attached.map(({ kind, predicateType, isNew }) => ({ kind, predicateType, isNew }))).toEqual([
      { kind: 'provenance', predicateType: provenanceType, isNew: true },
      { kind: 'sbom', predicateType: spdxType, isNew: true },
    ]);
    for (const { digest, predicateType } of attached) {
      const statement = await statementOf(digest);
      expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType });
      expect(statement['subject']).toEqual([{ digest: { sha256: app.descriptor.digest.slice(7) } }]);
      expect(await annotationOf(digest)).toBe(predicateType);
    }
  });

  test("have the run's facts in the provenance, which the capsule itself has not", async () => {
    const [provenance] = await attest();

    expect((await statementOf(provenance?.digest))['predicate']).toMatchObject({
      buildDefinition: {
        buildType: 'https://release-capsule.dev/build-types/pack/v1',
        internalParameters: { github: { run_id: '9', run_attempt: '2', event_name: 'push' } },
        resolvedDependencies: [{ uri: `git+${sourceRepository}@${app.record.gitCommit}` }, {}],
      },
      runDetails: {
        builder: { id: 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main' },
        metadata: { invocationId: 'https://github.com/example/app/actions/runs/9/attempts/2' },
      },
    });
  });

  test('name the packer as builder where no run is known', async () => {
    const [provenance] = await attest({ run: undefined });

    const { predicate } = await statementOf(provenance?.digest);
    expect(predicate).toMatchObject({ runDetails: { builder: { id: 'https://release-capsule.dev/builders/pack/v1' } } });
    expect(JSON.stringify(predicate)).not.toContain('invocationId');
  });

  test('carry the SBOM as it is in the capsule', async () => {
    const [, sbom] = await attest();

    expect((await statementOf(sbom?.digest))['predicate']).toMatchObject({ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' });
  });

  test('take provenance that somebody else has written as it is, about the capsule, whatever it was about', async () => {
    const [attached] = await attest({ attestations: [{ kind: 'provenance', bytes: Buffer.from(JSON.stringify(foreign)) }] });

    const { subject, predicate } = await statementOf(attached?.digest);
    expect(predicate).toEqual(foreign.predicate);
    expect(JSON.stringify(subject)).not.toContain(appDigest.slice(7));
  });

  test('know CycloneDX by its own type', async () => {
    const bytes = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6' }));

    expect(await attest({ attestations: [{ kind: 'sbom', bytes }] })).toMatchObject([{ predicateType: 'https://cyclonedx.org/bom' }]);
  });

  test('are found by signer and type, and then not made again', async () => {
    const [first] = await attest();
    const findAttached = async (predicateType: string): Promise<string | undefined> => {
      const found = await findAttestation(store, app.descriptor, { predicateType, signers: [key.signer], nowMs: now().getTime() });
      return found.state === 'found' ? found.referrer : undefined;
    };

    const again = await attest({ findAttached });

    expect(again.map(({ isNew }) => isNew)).toEqual([false, false]);
    expect(again[0]?.digest).toBe(first?.digest);
    expect(await Array.fromAsync(store.referrers(app.descriptor))).toHaveLength(2);
  });

  test('never stand for the signature', async () => {
    await attest();

    const verdict = await verify(store, freightOf(app.image, app.capsule), policyFor(key));

    expect(await refutations(verdict)).toEqual(['SIGNATURE SIGNATURE_NOT_A_SIGNATURE']);
  });
});

describe('nothing is signed', () => {
  test('about what could not be unpacked', async () => {
    const forged = await forgeRecord(store, app.descriptor, (record) => ({ ...record, name: 'other' }));

    await expect(attestCapsule(store, forged, key.sign, { attestations: [{ kind: 'sbom' }], now })).rejects.toMatchObject({ code: 'NOT_A_CAPSULE' });
    expect(await Array.fromAsync(store.referrers(forged))).toEqual([]);
  });

  test.each([
    ['provenance that is none', 'provenance', '{}', 'METADATA_INVALID'],
    ['an SBOM that is none', 'sbom', '[]', 'METADATA_INVALID'],
    ['an SBOM that no verifier would read', 'sbom', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', x: 'x'.repeat(12 << 20) }), 'ATTESTATION_TOO_LARGE'],
  ] as const)('where one of them is %s', async (_, kind, text, code) => {
    const attestations = [{ kind: 'provenance' }, { kind, bytes: Buffer.from(text) }] as const;

    await expect(attest({ attestations })).rejects.toMatchObject({ code });
    expect(await Array.fromAsync(store.referrers(app.descriptor))).toEqual([]);
  });

  test.each<[what: string, changes: object]>([
    ['is about an image', { subject: [{ digest: { sha256: appDigest.slice(7) } }] }],
    ['is about the image, too', { subject: [{}, { digest: { sha256: appDigest.slice(7) } }] }],
    ['has a second digest for its subject', { subject: [{ digest: { sha256: 'own', sha512: 'a' } }] }],
    ['would be the signature', { predicateType: 'https://sigstore.dev/cosign/sign/v1' }],
    ['is of another version', { _type: 'https://in-toto.io/Statement/v0.1' }],
  ])('where a statement %s', async (_, changes) => {
    const own = app.descriptor.digest.slice(7);
    const fields = { _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256: own } }], predicateType: provenanceType, predicate: {}, ...changes };
    const statement = Buffer.from(JSON.stringify(fields).replace('"own"', `"${own}"`).replace('{},', `{"digest":{"sha256":"${own}"}},`));

    await expect(signStatement(store, app.descriptor, key.sign, { statement, now })).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
    expect(await Array.fromAsync(store.referrers(app.descriptor))).toEqual([]);
  });
});

test('nothing is signed that is no statement at all', async () => {
  await expect(signStatement(store, app.descriptor, key.sign, { statement: Buffer.from('{'), now })).rejects.toMatchObject({ code: 'STATEMENT_INVALID' });
});

async function statementOf(referrer: string | undefined): Promise<Record<string, unknown>> {
  const [layer] = (await manifestOf(referrer)).layers;
  const bundle = JSON.parse((await bytesOf(store, layer)).toString());
  return JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
}

async function annotationOf(referrer: string): Promise<unknown> {
  return (await manifestOf(referrer)).annotations['dev.sigstore.bundle.predicateType'];
}

async function manifestOf(digest: string | undefined): Promise<{ readonly layers: readonly [Descriptor]; readonly annotations: Readonly<Record<string, string>> }> {
  const found = (await Array.fromAsync(store.referrers(app.descriptor))).find((referrer) => referrer.digest === digest);
  if (found === undefined) throw new Error(`${String(digest)} is attached`);
  return JSON.parse((await bytesOf(store, found)).toString());
}
