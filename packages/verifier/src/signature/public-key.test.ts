import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VerifyError } from '../errors.ts';
import { parsePublicKey } from './public-key.ts';

describe("parsing a signer's public key", () => {
  test.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, ['sha256']],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, ['sha384', 'sha256']],
    ['RSA-2048', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, ['sha256']],
  ])('takes %s', (_what, publicKey, hashes) => {
    const parsed = parsePublicKey(pem(publicKey), 'a.pub');

    const der = publicKey.export({ type: 'spki', format: 'der' });
    expect(parsed.hashes).toEqual(hashes);
    expect(parsed.fingerprint).toBe(`sha256:${createHash('sha256').update(der).digest('hex')}`);
    expect(createPublicKey(parsed.publicKeyPem).equals(publicKey)).toBe(true);
  });

  test('gives one key one fingerprint, however its file is written', () => {
    const text = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);

    const windows = parsePublicKey(`\r\n${text.replaceAll('\n', '\r\n')}`, 'windows.pub');

    expect(windows).toMatchObject({ publicKeyPem: text, fingerprint: parsePublicKey(text, 'unix.pub').fingerprint });
  });

  const good = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  test.each([
    ['P-521', pem(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey)],
    ['secp256k1', pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['Ed25519', pem(generateKeyPairSync('ed25519').publicKey)],
    ['RSA-1024', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['RSA with exponent 3', pem(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey)],
    ['RSA-PSS', pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)],
    ['a private key', privatePem()],
    ['two keys', good + good],
    ['a torn key', good.replace(/\n.{10}/, '\n')],
    ['a long file', good + ' '.repeat(20_000)],
    ['nothing', ''],
  ])('refuses %s, and says which key it is', (_what, text) => {
    expect(() => parsePublicKey(text, 'team.pub')).toThrowError(
      expect.objectContaining({ code: 'KEY_INVALID', message: expect.stringContaining('"team.pub"') }),
    );
  });

  test('answers any text with a key or KEY_INVALID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (noise, bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        for (const text of [noise, `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`]) {
          expect(() => parsePublicKey(text, 'x')).toThrowError(VerifyError);
        }
      }),
    );
  });
});

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function privatePem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
