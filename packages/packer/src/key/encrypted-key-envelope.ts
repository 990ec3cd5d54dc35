import { PackError } from '../errors.ts';

/** Cost of scrypt. Source: RFC 7914, section 2 (there N, r and p). */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What the PEM body of cosign's encrypted private key holds. */
export interface EncryptedKeyEnvelope {
  readonly scrypt: ScryptParameters;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

interface ByteBounds {
  readonly min: number;
  readonly max: number;
}

// The costs that go-securesystemslib writes and reads. Any other could ask for gigabytes, or for no work at all.
const acceptedN: readonly number[] = [32_768, 65_536, 131_072];
const acceptedR = 8;
const acceptedP = 1;
const minSaltBytes = 16; // shorter salts repeat; cosign writes 32
const maxSaltBytes = 64;
const nonceBytes = 24; // XSalsa20
const tagBytes = 16; // Poly1305

/**
 * Writes the envelope as JSON, with the keys in the order in which cosign writes them.
 * Source: go-securesystemslib v0.11.0, encrypted/encrypted.go, `data`.
 */
export function formatEnvelope({ scrypt: { N, r, p }, salt, nonce, ciphertext }: EncryptedKeyEnvelope): Uint8Array {
  const json = {
    kdf: { name: 'scrypt', params: { N, r, p }, salt: base64(salt) },
    cipher: { name: 'nacl/secretbox', nonce: base64(nonce) },
    ciphertext: base64(ciphertext),
  };
  return Buffer.from(JSON.stringify(json), 'utf8');
}

/**
 * Parses the JSON of cosign's encrypted private key.
 * @throws {PackError} `KEY_INVALID`. No part of the key appears in the error.
 */
export function parseEnvelope(bytes: Uint8Array): EncryptedKeyEnvelope {
  const root = members(parseJson(bytes), 'the envelope', ['kdf', 'cipher', 'ciphertext']);
  const kdf = members(root['kdf'], 'kdf', ['name', 'params', 'salt']);
  const cipher = members(root['cipher'], 'cipher', ['name', 'nonce']);
  if (kdf['name'] !== 'scrypt') throw invalid('kdf.name is not "scrypt"');
  if (cipher['name'] !== 'nacl/secretbox') throw invalid('cipher.name is not "nacl/secretbox"');
  return {
    scrypt: scryptParameters(kdf['params']),
    salt: binary(kdf['salt'], 'kdf.salt', { min: minSaltBytes, max: maxSaltBytes }),
    nonce: binary(cipher['nonce'], 'cipher.nonce', { min: nonceBytes, max: nonceBytes }),
    ciphertext: binary(root['ciphertext'], 'ciphertext', { min: tagBytes + 1, max: bytes.byteLength }),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // No cause: V8 quotes the text that it could not parse.
    throw invalid('it is not JSON');
  }
}

function members(value: unknown, what: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is not an object`);
  const entries = Object.entries(value);
  if (entries.length !== keys.length || !entries.every(([key]) => keys.includes(key))) {
    throw invalid(`${what} does not hold exactly ${keys.join(', ')}`);
  }
  return Object.fromEntries(entries);
}

function scryptParameters(value: unknown): ScryptParameters {
  const { N, r, p } = members(value, 'kdf.params', ['N', 'r', 'p']);
  if (typeof N === 'number' && acceptedN.includes(N) && r === acceptedR && p === acceptedP) return { N, r, p };
  const accepted = `N ${acceptedN.join(', ')}; r ${acceptedR}; p ${acceptedP}`;
  throw invalid(`kdf.params is not a cost that cosign writes (${accepted})`);
}

function binary(value: unknown, what: string, { min, max }: ByteBounds): Uint8Array {
  if (typeof value !== 'string') throw invalid(`${what} is not a text`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) throw invalid(`${what} is not canonical base64`);
  if (bytes.byteLength >= min && bytes.byteLength <= max) return new Uint8Array(bytes);
  throw invalid(`${what} is ${bytes.byteLength} bytes long, wanted ${min === max ? min : `${min} to ${max}`}`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function invalid(rule: string): PackError {
  return new PackError('KEY_INVALID', `the encrypted private key cannot be read: ${rule}`, {
    hint: 'Make a key with "capsule keygen" or "cosign generate-key-pair".',
  });
}
