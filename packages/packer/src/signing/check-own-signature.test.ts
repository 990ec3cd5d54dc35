import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkOwnSignature } from './check-own-signature.ts';

const data = Buffer.from('what is signed');

function pair(namedCurve: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, key: { kind: 'publicKey', hint: '', publicKeyPem } as const };
}

describe('a fresh signature', () => {
  test.each([
    ['P-256', 'sha256'],
    ['P-384', 'sha384'],
  ])('on %s with %s holds', (curve, hash) => {
    const { privateKey, key } = pair(curve);

    expect(() => checkOwnSignature(data, { signature: sign(hash, data, privateKey), key })).not.toThrow();
  });

  test.each([
    ['on P-384 with SHA-256, as an external command may hash', 'P-384', 'sha256'],
    ['on P-256 with SHA-512', 'P-256', 'sha512'],
  ])('%s is refused', (_what, curve, hash) => {
    const { privateKey, key } = pair(curve);

    expect(() => checkOwnSignature(data, { signature: sign(hash, data, privateKey), key })).toThrow(expect.objectContaining({ code: 'SIGNATURE_REJECTED' }));
  });

  test('by another key than the signer gives is refused', () => {
    const { key } = pair('P-256');

    expect(() => checkOwnSignature(data, { signature: sign('sha256', data, pair('P-256').privateKey), key })).toThrow('its own key refutes');
  });

  test.each(['secp256k1', 'P-521'])('on %s is refused: verifiers do not know its hash', (curve) => {
    const { privateKey, key } = pair(curve);

    expect(() => checkOwnSignature(data, { signature: sign('sha256', data, privateKey), key })).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  test('by what is no key is refused', () => {
    const key = { kind: 'certificate', certificatePem: 'nothing' } as const;

    expect(() => checkOwnSignature(data, { signature: data, key })).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });
});
