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

  test.each([
    ['P-256', '3039301306072a8648ce3d020106082a8648ce3d030107032200', 32],
    ['P-384', '3046301006072a8648ce3d020106052b81040022033200', 48],
  ])('gives a key on %s one fingerprint, its point compressed or not', (namedCurve, header, coordinateBytes) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve });
    const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-2 * coordinateBytes);
    const sign = Buffer.from([2 + ((point.at(-1) ?? 0) & 1)]);
    const der = Buffer.concat([Buffer.from(header, 'hex'), sign, point.subarray(0, coordinateBytes)]);

    const compressed = parsePublicKey(`-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`, 'a.pub');

    const { key: _key, ...wanted } = parsePublicKey(pem(publicKey), 'b.pub');
    expect(compressed).toMatchObject(wanted);
  });

  test('gives an RSA key one fingerprint, whatever zeros stand before its modulus', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { fingerprint } = parsePublicKey(pem(publicKey), 'a.pub');

    expect(paddedRsa(publicKey)).not.toBe(pem(publicKey));
    expect(parsePublicKey(paddedRsa(publicKey), 'b.pub').fingerprint).toBe(fingerprint);
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

  test.each([
    ['PKCS#8', privatePem()],
    ["cosign's own", '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n'],
    ['SEC 1', '-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n'],
  ])('of a private key (%s), asks for the public one', (_what, text) => {
    expect(() => parsePublicKey(text, 'cosign.key')).toThrowError(
      expect.objectContaining({
        code: 'KEY_INVALID',
        message: expect.stringMatching(/"cosign\.key" cannot be used: it is a private key/),
        hint: 'Give the public key that belongs to it, such as cosign.pub.',
      }),
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

/** Writes an RSA key with one more zero before its modulus, which DER forbids. */
function paddedRsa(key: KeyObject): string {
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
  const integer = (bytes: Buffer): Buffer => wrap(0x02, bytes);
  const pair = wrap(0x30, Buffer.concat([integer(Buffer.concat([Buffer.alloc(2), modulus])), integer(Buffer.from([1, 0, 1]))]));
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
  const info = wrap(0x30, Buffer.concat([algorithm, wrap(0x03, Buffer.concat([Buffer.alloc(1), pair]))]));
  return `-----BEGIN PUBLIC KEY-----\n${info.toString('base64')}\n-----END PUBLIC KEY-----`;
}

/** Encodes a value of DER, of fewer than 65,536 bytes. */
function wrap(tag: number, value: Buffer): Buffer {
  if (value.byteLength < 128) return Buffer.concat([Buffer.from([tag, value.byteLength]), value]);
  return Buffer.concat([Buffer.from([tag, 0x82, value.byteLength >> 8, value.byteLength & 0xff]), value]);
}

function privatePem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
