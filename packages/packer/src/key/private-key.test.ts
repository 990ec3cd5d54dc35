import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encryptPrivateKey } from './encrypted-key.ts';
import { generateKeyPair } from './generate-key-pair.ts';
import { loadPrivateKey } from './private-key.ts';

describe('loading a private key', () => {
  test.each([
    ['P-256', 'sha256'],
    ['P-384', 'sha384'],
  ])('takes unencrypted PKCS#8 on %s, to sign with %s', async (namedCurve, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });

    const key = await loadPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

    const der = publicKey.export({ type: 'spki', format: 'der' });
    expect(key.hash).toBe(hash);
    expect(key.publicKeyPem).toBe(publicKey.export({ type: 'spki', format: 'pem' }));
    expect(key.fingerprint).toBe(`sha256:${createHash('sha256').update(der).digest('hex')}`);
  });

  test('takes a generated pair, whose public half belongs to the private one', async () => {
    const pair = await generateKeyPair('pw');

    const key = await loadPrivateKey(pair.privateKeyPem, 'pw');

    expect(key.publicKeyPem).toBe(pair.publicKeyPem);
    expect(createPublicKey(pair.publicKeyPem).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  test('tells an encrypted key without a password from one with a wrong password', async () => {
    const { privateKeyPem } = await generateKeyPair('');

    await expect(loadPrivateKey(privateKeyPem)).rejects.toMatchObject({
      code: 'KEY_PASSWORD',
      message: expect.stringContaining('no password was given'),
    });
    await expect(loadPrivateKey(privateKeyPem, 'x')).rejects.toMatchObject({ code: 'KEY_PASSWORD' });
    await expect(loadPrivateKey(privateKeyPem, '')).resolves.toMatchObject({ hash: 'sha256' });
  });

  const { privateKey: p256, publicKey: p256Public } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  test.each([
    ['P-521', pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-521' }))],
    ['secp256k1', pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
    ['Ed25519', pkcs8(generateKeyPairSync('ed25519'))],
    ['RSA', pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048 }))],
    ['SEC 1', p256.export({ type: 'sec1', format: 'pem' })],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('refuses %s and says what would do', async (_what, pem) => {
    await expect(loadPrivateKey(pem.toString())).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('wanted ECDSA P-256 or P-384'),
      hint: expect.stringContaining('capsule keygen'),
    });
  });

  test('of a public key, asks for the private one: nothing can be converted', async () => {
    const pem = p256Public.export({ type: 'spki', format: 'pem' }).toString();

    await expect(loadPrivateKey(pem)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('it is a public key'),
      hint: 'Give the private key that belongs to it, such as cosign.key.',
    });
  });

  test('refuses an encrypted envelope that holds no key, and quotes nothing of it', async () => {
    const pem = await encryptPrivateKey(Buffer.from('not a key but secret'), 'pw');

    const error = await loadPrivateKey(pem, 'pw').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'KEY_INVALID' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('secret');
  });
});

function pkcs8({ privateKey }: { readonly privateKey: KeyObject }): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
