import { describe, expect, test } from 'vitest';
import { parseBundle } from './bundle.ts';
import { readSignatureLayer } from './legacy/signature-layer.ts';
import { bundleJson, encode, newKey, statement } from './testing/signing.ts';

const payload = statement(`sha256:${'ab'.repeat(32)}`);
const { verificationMaterial: byKey, ...good } = bundleJson({ payload, key: newKey() });
const base64 = Buffer.from('bytes').toString('base64');
const inclusionProof = { logIndex: '1', rootHash: base64, treeSize: '2', hashes: [base64], checkpoint: { envelope: 'log.example\n2\nroot\n' } };
const entry = {
  logIndex: '1',
  logId: { keyId: base64 },
  kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
  inclusionProof,
  canonicalizedBody: base64,
};
const bomb = (bytes: number): string => Buffer.alloc(bytes, '3000', 'hex').toString('base64'); // tiny objects alone

function parse(material: object): ReturnType<typeof parseBundle> {
  return parseBundle(encode({ ...good, verificationMaterial: material }));
}

describe('evidence that nobody has signed yet', () => {
  test.each([
    ['a certificate', { certificate: { rawBytes: bomb(16 * 1024 + 2) } }],
    ['a timestamp', { ...byKey, timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: bomb(64 * 1024 + 2) }] } }],
    ['a checkpoint', { ...byKey, tlogEntries: [withProof({ checkpoint: { envelope: `log.example\n${'9'.repeat(64 * 1024)}\nroot\n` } })] }],
  ])('is refused before it is parsed where %s could hold the processor for seconds', (what, material) => {
    expect(parse(material)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_TOO_LARGE', message: expect.stringContaining(what) });
  });

  test('is read where it has the size that services give it', () => {
    const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: bomb(64 * 1024) }] };

    expect(parse({ certificate: { rawBytes: bomb(16 * 1024) }, tlogEntries: [entry], timestampVerificationData })).toMatchObject({ kind: 'bundle' });
  });

  test.each([
    ['an index that is a text', { ...entry, logIndex: '1, as the security team says' }],
    ['an index of a million digits', { ...entry, logIndex: '9'.repeat(1_000_000) }],
    ['a time that is a text', { ...entry, integratedTime: 'yesterday' }],
    ['an index in the tree that is a text', withProof({ logIndex: '0x1' })],
    ['a size of the tree that is negative', withProof({ treeSize: '-2' })],
  ])('is refused with %s: no signature covers it', (_what, tlogEntry) => {
    expect(parse({ ...byKey, tlogEntries: [tlogEntry] })).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_MALFORMED' });
  });

  test('is refused before it is parsed where it is tiny values alone', () => {
    const bytes = Buffer.from(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","x":[${'{},'.repeat(5_000_000)}{}]}`);
    const before = performance.now();

    expect(parseBundle(bytes)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_TOO_LARGE' });
    expect(performance.now() - before).toBeLessThan(500); // parsed, it takes seconds and 700 MB
  });

  test('is bounded beside an older signature too', () => {
    const annotations = {
      'dev.cosignproject.cosign/signature': base64,
      'dev.sigstore.cosign/certificate': `-----BEGIN CERTIFICATE-----\n${bomb(16 * 1024 + 2)}\n-----END CERTIFICATE-----\n`,
    };

    expect(readSignatureLayer(payload, annotations)).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_TOO_LARGE' });
  });
});

function withProof(changes: object): object {
  return { ...entry, inclusionProof: { ...inclusionProof, ...changes } };
}
