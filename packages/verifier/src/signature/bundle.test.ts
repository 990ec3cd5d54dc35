import { bundleFromJSON } from '@sigstore/bundle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxBundleBytes, parseBundle } from './bundle.ts';
import { cosignVector } from './testing/cosign-vector.ts';
import { bundleBytes, bundleJson, encode, hintOf, newKey, statement } from './testing/signing.ts';

const key = newKey();
const payload = statement(`sha256:${'ab'.repeat(32)}`);
const good = bundleJson({ payload, key });
const { dsseEnvelope, verificationMaterial } = good;
const certificate = { certificate: { rawBytes: Buffer.from('certificate').toString('base64') } };

describe('parsing a Sigstore bundle', () => {
  test('reads payload, signature and hint', () => {
    expect(parseBundle(bundleBytes({ payload, key }))).toMatchObject({
      kind: 'bundle',
      payload,
      material: { kind: 'publicKey', hint: hintOf(key.signer) },
    });
  });

  test('reads what cosign writes', () => {
    expect(parseBundle(Buffer.from(cosignVector.bundle))).toMatchObject({ kind: 'bundle' });
  });

  test('reads what sigstore-js writes: a key id and empty timestamps', () => {
    const [signature] = dsseEnvelope.signatures;
    const json = {
      ...good,
      verificationMaterial: { ...verificationMaterial, timestampVerificationData: {} },
      dsseEnvelope: { ...dsseEnvelope, signatures: [{ ...signature, keyid: 'a' }] },
    };

    expect(parseBundle(encode(json))).toMatchObject({ kind: 'bundle' });
  });

  test('reads what cosign writes with a log entry and a timestamp', () => {
    const base64 = Buffer.from('bytes').toString('base64');
    const tlogEntry = {
      logIndex: '1234567890123',
      logId: { keyId: base64 },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      inclusionProof: {
        logIndex: '7',
        rootHash: base64,
        treeSize: '8',
        hashes: [base64, base64],
        checkpoint: { envelope: 'log.example\n8\nroot\n\n\u2014 log.example sig\n' },
      },
      canonicalizedBody: base64,
    };
    const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: base64 }] };
    const material = { ...verificationMaterial, tlogEntries: [tlogEntry], timestampVerificationData };

    expect(parseBundle(encode({ ...good, verificationMaterial: material }))).toMatchObject({ kind: 'bundle' });
  });

  test('reads what spells the fields that are not set', () => {
    const [signature] = dsseEnvelope.signatures;
    const json = {
      ...good,
      messageSignature: null,
      verificationMaterial: { ...verificationMaterial, x509CertificateChain: null, tlogEntries: [], timestampVerificationData: { rfc3161Timestamps: [] } },
      dsseEnvelope: { ...dsseEnvelope, signatures: [{ ...signature, keyid: '' }] },
    };

    expect(parseBundle(encode(json))).toMatchObject({ kind: 'bundle', material: { kind: 'publicKey' } });
  });

  test('tells a certificate from a key', () => {
    expect(parseBundle(encode({ ...good, verificationMaterial: certificate }))).toMatchObject({
      kind: 'bundle',
      material: { kind: 'certificate' },
    });
  });

  test('reads the older spelling of version 0.3', () => {
    const json = { ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.3' };

    expect(parseBundle(encode(json))).toMatchObject({ kind: 'bundle' });
  });

  const signature = dsseEnvelope.signatures[0] ?? { sig: '' };
  const message = { messageDigest: { algorithm: 'SHA2_256', digest: 'YWJj' }, signature: 'YWJj' };
  test.each([
    ['version 0.1', { ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' }],
    ['version 0.2', { ...good, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' }],
    ['no version', { ...good, mediaType: undefined }],
    ['two contents', { ...good, messageSignature: message }],
    ['a message signature', { ...good, dsseEnvelope: undefined, messageSignature: message }],
    ['both a key and a certificate', { ...good, verificationMaterial: { ...verificationMaterial, ...certificate } }],
    ['no verification material', { ...good, verificationMaterial: undefined }],
    ['an unknown field', { ...good, extra: 1 }],
    ['no signature', { ...good, dsseEnvelope: { ...dsseEnvelope, signatures: [] } }],
    ['an empty signature', { ...good, dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig: '' }] } }],
    ['two signatures', { ...good, dsseEnvelope: { ...dsseEnvelope, signatures: [signature, signature] } }],
    ['an empty payload', { ...good, dsseEnvelope: { ...dsseEnvelope, payload: '' } }],
    ['another payload type', { ...good, dsseEnvelope: { ...dsseEnvelope, payloadType: 'text/plain' } }],
    ['base64 with a stray character', changed({ payload: dsseEnvelope.payload.replace('W', '!W') })],
    ['base64 without padding', changed({ payload: Buffer.from('{}').toString('base64').replaceAll('=', '') })],
    ['null', null],
    ['a list', [good]],
    ['a text', 'bundle'],
  ])('refuses %s', (_what, json) => {
    expect(parseBundle(encode(json))).toMatchObject({ kind: 'refusal', code: 'SIGNATURE_MALFORMED' });
  });

  test('refuses a field twice, of which the library takes the last', () => {
    const text = JSON.stringify(good);
    const twice = `${text.slice(0, -1)},"dsseEnvelope":${JSON.stringify(dsseEnvelope)}}`;

    expect(bundleFromJSON(JSON.parse(twice)).content.$case).toBe('dsseEnvelope');
    expect(parseBundle(Buffer.from(twice))).toMatchObject({ code: 'SIGNATURE_MALFORMED' });
  });

  test('refuses more bytes than the limit without looking at them', () => {
    expect(parseBundle(Buffer.alloc(maxBundleBytes + 1))).toMatchObject({ code: 'SIGNATURE_TOO_LARGE' });
  });

  test('answers any bytes with a bundle or a refusal', () => {
    const shapes = fc.record(
      {
        mediaType: fc.constant(good.mediaType),
        verificationMaterial: fc.oneof(fc.constant(verificationMaterial), fc.jsonValue()),
        dsseEnvelope: fc.oneof(fc.constant(dsseEnvelope), fc.record({ signatures: fc.jsonValue() }), fc.jsonValue()),
        messageSignature: fc.jsonValue(),
      },
      { requiredKeys: ['mediaType'] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.jsonValue().map(encode), shapes.map(encode)), (bytes) => {
        expect(parseBundle(bytes).kind).toMatch(/^(bundle|refusal)$/);
      }),
      { numRuns: 500 },
    );
  });

  function changed(envelope: object): object {
    return { ...good, dsseEnvelope: { ...dsseEnvelope, ...envelope } };
  }
});
