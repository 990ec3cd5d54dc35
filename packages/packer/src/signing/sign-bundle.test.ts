import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { Witness } from '@sigstore/sign';
import { describe, expect, test } from 'vitest';
import { signingKey } from '../key/private-key.ts';
import { keySigner } from './key-signer.ts';
import { signBundle } from './sign-bundle.ts';
import type { Signer } from './signer.ts';
import { signatureStatement } from './statement.ts';

const statement = signatureStatement(`sha256:${'ab'.repeat(32)}`);
const pae = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${statement.byteLength} `), statement]);

describe('signing a bundle with a key', () => {
  test.each([
    ['P-256', 'sha256'],
    ['P-384', 'sha384'],
  ])('signs the DSSE encoding of the statement, on %s with %s', async (namedCurve, hash) => {
    const key = signingKey(generateKeyPairSync('ec', { namedCurve }).privateKey);

    const bundle = parse(await signBundle(statement, keySigner(key)));

    const signature = Buffer.from(bundle.dsseEnvelope.signatures[0].sig, 'base64');
    expect(Buffer.from(bundle.dsseEnvelope.payload, 'base64')).toEqual(Buffer.from(statement));
    expect(verify(hash, pae, createPublicKey(key.publicKeyPem), signature)).toBe(true);
  });

  test('writes the fields that cosign writes, in its order, and no others', async () => {
    const key = signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

    const text = Buffer.from(await signBundle(statement, keySigner(key))).toString();

    const { sig } = JSON.parse(text).dsseEnvelope.signatures[0];
    expect(text).toBe(
      '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",' +
        `"verificationMaterial":{"publicKey":{"hint":"${Buffer.from(key.fingerprint.slice(7), 'hex').toString('base64')}"}},` +
        `"dsseEnvelope":{"payload":"${Buffer.from(statement).toString('base64')}",` +
        `"payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"${sig}"}]}}`,
    );
  });

  test('shows the witnesses an envelope without key id, and keeps what they say', async () => {
    const key = signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const seen: unknown[] = [];
    const witness: Witness = {
      async testify(content, publicKey) {
        if (content.$case === 'dsseEnvelope') seen.push(content.dsseEnvelope.signatures[0]?.keyid, publicKey);
        return { rfc3161Timestamps: [{ signedTimestamp: Buffer.from('time') }] };
      },
    };

    const bundle = parse(await signBundle(statement, keySigner(key), { witnesses: [witness] }));

    expect(seen).toEqual(['', key.publicKeyPem]);
    expect(bundle.verificationMaterial.timestampVerificationData).toEqual({
      rfc3161Timestamps: [{ signedTimestamp: Buffer.from('time').toString('base64') }],
    });
  });
});

describe('a bundle that cannot be signed', () => {
  const failing: Signer = {
    async sign() {
      throw new Error('the token was pulled out');
    },
  };

  test('says why, and keeps the cause', async () => {
    await expect(signBundle(statement, failing)).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: 'cannot sign: the token was pulled out',
      cause: expect.objectContaining({ message: 'the token was pulled out' }),
    });
  });

  test('is an abort where the caller gave up', async () => {
    const signal = AbortSignal.abort(new Error('enough'));

    await expect(signBundle(statement, failing, { signal })).rejects.toThrow('enough');
  });
});

function parse(bytes: Uint8Array) {
  return JSON.parse(Buffer.from(bytes).toString());
}
