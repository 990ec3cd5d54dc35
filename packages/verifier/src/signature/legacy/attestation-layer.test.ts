import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseStatement } from '../statement.ts';
import { identitySigner } from '../testing/identity.ts';
import { attestKeyless, dsseEnvelopeType, type LegacyLayer, pushLegacy } from '../testing/legacy-signing.ts';
import { provenanceType, pushSubject, statement } from '../testing/signing.ts';
import { testSigstore, type TestSigstore } from '../testing/test-sigstore.ts';
import { verifySigners } from '../verify-signers.ts';
import { type LegacyItem, openLegacyTag } from './open-legacy-tag.ts';

const identity = 'https://github.com/example/app/.github/workflows/build.yml@refs/tags/v1';

let sigstore: TestSigstore;
beforeAll(async () => {
  sigstore = await testSigstore();
});

let store: MemoryStore;
let subject: Descriptor;
let payload: Buffer;
beforeEach(async () => {
  store = new MemoryStore();
  subject = await pushSubject(store, 'image');
  payload = statement(subject.digest, { predicateType: provenanceType, predicate: { builder: 'x' } });
});

describe('a legacy attestation', () => {
  test('is verified as a bundle is, with the times of its log entry and of a timestamp over the envelope', async () => {
    await push(await attestKeyless(sigstore, payload, identity));

    const [item] = await open();

    expect(await judge(item)).toMatchObject({ kind: 'signed', by: [{ identity, signedAt: [expect.any(Date), expect.any(Date)] }] });
    expect(item?.content.kind === 'bundle' && parseStatement(item.content.payload)).toMatchObject({ predicateType: provenanceType });
  });

  test('is refused where its timestamp is over something else', async () => {
    const { bytes, annotations } = await attestKeyless(sigstore, payload, identity);
    const stamp = await sigstore.stamp(Buffer.from('something else'));
    await push({ bytes, annotations: { ...annotations, 'dev.sigstore.cosign/rfc3161timestamp': stamp } });

    expect(await judge((await open())[0])).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_TIMESTAMP_INVALID' });
  });

  test('is refused with the evidence of another one', async () => {
    const { bytes } = await attestKeyless(sigstore, payload, identity);
    const { annotations } = await attestKeyless(sigstore, statement(subject.digest), identity);
    await push({ bytes, annotations: { ...annotations, 'dev.sigstore.cosign/rfc3161timestamp': '' } });

    expect(await judge((await open())[0])).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_LOG_OTHER_BYTES' });
  });

  test.each<[string, (envelope: Readonly<Record<string, unknown>>) => unknown]>([
    ['without a signature', (envelope) => ({ ...envelope, signatures: [] })],
    ['with two signatures', (envelope) => ({ ...envelope, signatures: [{ sig: 'c2ln' }, { sig: 'c2ln' }] })],
    ['of another payload type', (envelope) => ({ ...envelope, payloadType: 'text/plain' })],
    ['whose payload is not base64', (envelope) => ({ ...envelope, payload: '%' })],
    ['that is none', () => []],
  ])('in an envelope %s is refused', async (_what, change) => {
    const { bytes, annotations } = await attestKeyless(sigstore, payload, identity);
    await push({ bytes: Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString())))), annotations });

    expect(await open()).toMatchObject([{ content: { kind: 'refusal', code: 'SIGNATURE_MALFORMED' } }]);
  });

  test('is not there where there is no such tag', async () => {
    expect(await open()).toEqual([]);
  });
});

function push(layer: LegacyLayer): Promise<Descriptor> {
  return pushLegacy(store, subject, [layer], { suffix: 'att', mediaType: dsseEnvelopeType });
}

function open(): Promise<readonly LegacyItem[]> {
  return Array.fromAsync(openLegacyTag(store, subject, { kind: 'attestation', budget: { left: 1_000_000 }, maxLayers: 10 }));
}

async function judge(item: LegacyItem | undefined): Promise<unknown> {
  if (item?.content.kind !== 'bundle') return item?.content;
  return verifySigners(item.content, { signers: [identitySigner(identity)], root: sigstore.root, nowMs: Date.now() });
}
