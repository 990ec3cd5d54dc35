import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackError } from '../errors.ts';
import { decryptPrivateKey, encryptPrivateKey } from './encrypted-key.ts';
import { parseEnvelope } from './encrypted-key-envelope.ts';
import { formatPem, parsePem } from './pem.ts';

const secret = Buffer.from('this stands for a PKCS#8 private key');

describe('an encrypted private key', () => {
  test.each(['correct horse', '', 'pässwörd \u{1f511}'])('opens with its password %j', async (password) => {
    const pem = await encryptPrivateKey(secret, password);

    expect(Buffer.from(await decryptPrivateKey(pem, password))).toEqual(secret);
  });

  test('is written with the label, keys, order and cost of cosign', async () => {
    const pem = await encryptPrivateKey(secret, 'pw', (count) => new Uint8Array(count).fill(7));

    const { label, bytes } = parsePem(pem);
    const json = Buffer.from(bytes).toString();
    expect(label).toBe('ENCRYPTED SIGSTORE PRIVATE KEY');
    expect(json.startsWith('{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"BwcH')).toBe(true);
    expect(json).toMatch(/"},"cipher":\{"name":"nacl\/secretbox","nonce":"[^"]{32}"\},"ciphertext":"[^"]+"\}$/);
  });

  test('draws a fresh salt and nonce each time', async () => {
    const [first, second] = await Promise.all([encryptPrivateKey(secret, ''), encryptPrivateKey(secret, '')]);

    const [a, b] = [parseEnvelope(parsePem(first).bytes), parseEnvelope(parsePem(second).bytes)];
    expect(a.salt).not.toEqual(b.salt);
    expect(a.nonce).not.toEqual(b.nonce);
  });

  test('is read under its older label too', async () => {
    const { bytes } = parsePem(await encryptPrivateKey(secret, 'pw'));

    const older = formatPem({ label: 'ENCRYPTED COSIGN PRIVATE KEY', bytes });
    expect(Buffer.from(await decryptPrivateKey(older, 'pw'))).toEqual(secret);
  });

  test('stays shut for a wrong password', async () => {
    const pem = await encryptPrivateKey(secret, 'right-password');

    const error = await decryptPrivateKey(pem, 'wrong-password').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PackError);
    expect(error).toMatchObject({ code: 'KEY_PASSWORD' });
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong-password');
  });

  test('stays shut when its ciphertext is changed', async () => {
    const { bytes } = parsePem(await encryptPrivateKey(secret, 'pw'));
    const json = JSON.parse(Buffer.from(bytes).toString());
    const ciphertext = Buffer.from(json.ciphertext, 'base64');
    ciphertext[20] = (ciphertext[20] ?? 0) ^ 1;

    const changed = { ...json, ciphertext: ciphertext.toString('base64') };
    await expect(decryptPrivateKey(envelopePem(changed), 'pw')).rejects.toMatchObject({ code: 'KEY_PASSWORD' });
  });
});

describe('the envelope of an encrypted private key', () => {
  const good = {
    kdf: { name: 'scrypt', params: { N: 65_536, r: 8, p: 1 }, salt: randomBytes(32).toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: randomBytes(24).toString('base64') },
    ciphertext: randomBytes(154).toString('base64'),
  };

  test.each([32_768, 65_536, 131_072])('may cost N = %d', (N) => {
    expect(parse({ ...good, kdf: { ...good.kdf, params: { N, r: 8, p: 1 } } }).scrypt.N).toBe(N);
  });

  test.each([
    ['a cost of gigabytes', { ...good, kdf: { ...good.kdf, params: { N: 2 ** 30, r: 8, p: 1 } } }],
    ['a cost of nothing', { ...good, kdf: { ...good.kdf, params: { N: 2, r: 8, p: 1 } } }],
    ['a wide block', { ...good, kdf: { ...good.kdf, params: { N: 65_536, r: 1_000_000, p: 1 } } }],
    ['endless passes', { ...good, kdf: { ...good.kdf, params: { N: 65_536, r: 8, p: 1_000_000 } } }],
    ['a cost in text', { ...good, kdf: { ...good.kdf, params: { N: '65536', r: 8, p: 1 } } }],
    ['another kdf', { ...good, kdf: { ...good.kdf, name: 'pbkdf2' } }],
    ['another cipher', { ...good, cipher: { ...good.cipher, name: 'none' } }],
    ['a short nonce', { ...good, cipher: { ...good.cipher, nonce: 'AAAA' } }],
    ['no salt', { ...good, kdf: { ...good.kdf, salt: '' } }],
    ['no ciphertext', { ...good, ciphertext: '' }],
    ['an unknown key', { ...good, extra: 1 }],
    ['a list', [good]],
    ['null', null],
  ])('is refused with %s', (_what, json) => {
    expect(() => parse(json)).toThrowError(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  test('is never quoted in an error', () => {
    const broken = Buffer.from(`{"ciphertext":"c2VjcmV0LWJ5dGVz" oops`);

    const error = thrownBy(() => parseEnvelope(broken));
    expect(error).toMatchObject({ code: 'KEY_INVALID' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('c2VjcmV0');
  });

  test('is a value or KEY_INVALID, whatever the bytes', () => {
    const members = { kdf: fc.jsonValue(), cipher: fc.jsonValue(), ciphertext: fc.string() };
    const json = fc.oneof(fc.jsonValue(), fc.record(members));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json.map((value) => Buffer.from(JSON.stringify(value)))), (bytes) => {
        expect(thrownBy(() => parseEnvelope(bytes))).toMatchObject({ code: 'KEY_INVALID' });
      }),
    );
  });

  function parse(json: unknown): ReturnType<typeof parseEnvelope> {
    return parseEnvelope(Buffer.from(JSON.stringify(json)));
  }
});

function envelopePem(json: unknown): string {
  return formatPem({ label: 'ENCRYPTED SIGSTORE PRIVATE KEY', bytes: Buffer.from(JSON.stringify(json)) });
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
