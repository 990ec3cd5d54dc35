import { type Descriptor, type MemoryStore, OciError } from '@release-capsule/oci';
import { beforeEach, describe, expect, it } from 'vitest';
import { storeWithCapsule } from '../summary/testing/statement.ts';
import { type FoundAttestation, findAttestation } from './find-attestation.ts';
import { attach, bundleBytes, newKey, provenanceType, signType, statement, type TestKey } from './testing/signing.ts';

const key = newKey();
let store: MemoryStore;
let capsule: Descriptor;
beforeEach(async () => {
  ({ store, capsule } = await storeWithCapsule());
});

function attest(by: TestKey, changes: object = {}, announcedAs = provenanceType): Promise<Descriptor> {
  const bytes = bundleBytes({ payload: statement(capsule.digest, { predicateType: provenanceType, ...changes }), key: by });
  return attach(store, { subject: capsule, bytes, changes: { annotations: { 'dev.sigstore.bundle.predicateType': announcedAs } } });
}

function find(from: Parameters<typeof findAttestation>[0] = store): Promise<FoundAttestation> {
  return findAttestation(from, capsule, { predicateType: provenanceType, signers: [key.signer], nowMs: 0 });
}

describe('an attestation that is attached already', () => {
  it('is found by its type and signer, among those of others', async () => {
    await attest(newKey());
    const { digest } = await attest(key);

    expect(await find()).toEqual({ state: 'found', referrer: digest });
  });

  it('is found where the registry lists no annotations', async () => {
    const { digest } = await attest(key);
    const silent = {
      fetch: store.fetch.bind(store),
      async *referrers(subject: Descriptor): AsyncGenerator<Descriptor> {
        for await (const { annotations: _annotations, ...bare } of store.referrers(subject)) yield bare;
      },
    };

    expect(await find(silent)).toEqual({ state: 'found', referrer: digest });
  });

  it.each<[what: string, by: TestKey, changes: object]>([
    ['somebody else has signed', newKey(), {}],
    ['says something else', key, { predicateType: signType }],
    ['has a second subject', key, { subject: ['a', 'b'].map((digit) => ({ digest: { sha256: digit.repeat(64) } })) }],
    ['is of another manifest', key, { subject: [{ digest: { sha256: 'a'.repeat(64) } }] }],
  ])('is not one that %s', async (_, by, changes) => {
    await attest(by, changes);

    expect(await find()).toEqual({ state: 'absent' });
  });

  it('is neither there nor absent where the store cannot be asked', async () => {
    const failing = {
      fetch: store.fetch.bind(store),
      async *referrers(): AsyncGenerator<Descriptor> {
        yield* [];
        throw new OciError('THROTTLED', 'later');
      },
    };

    expect(await find(failing)).toMatchObject({ state: 'unknown', message: 'later' });
  });
});
