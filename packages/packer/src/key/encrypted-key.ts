import { randomBytes, scrypt } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { PackError } from '../errors.ts';
import {
  type EncryptedKeyEnvelope,
  formatEnvelope,
  parseEnvelope,
  type ScryptParameters,
} from './encrypted-key-envelope.ts';
import { formatPem, parsePem } from './pem.ts';

const writtenLabel = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const readLabels: readonly string[] = [writtenLabel, 'ENCRYPTED COSIGN PRIVATE KEY'];
const cosignScrypt: ScryptParameters = { N: 65_536, r: 8, p: 1 }; // what cosign has written since 2.2
const maxScryptBytes = 160 * 1024 * 1024; // 128·N·r for the costliest accepted N, and OpenSSL's own overhead
const boxKeyBytes = 32;
const saltBytes = 32;
const nonceBytes = 24;

/** Gives `count` unpredictable bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** Tells whether a PEM label is that of cosign's encrypted private key. */
export function isEncryptedKeyLabel(label: string): boolean {
  return readLabels.includes(label);
}

/**
 * Encrypts a PKCS#8 private key (DER) into cosign's encrypted PEM. An empty password is legal, as it is for cosign.
 * Source: cosign v3.1.2, pkg/cosign/keys.go; go-securesystemslib v0.11.0, encrypted/encrypted.go.
 */
export async function encryptPrivateKey(
  pkcs8: Uint8Array,
  password: string,
  random: RandomBytes = randomBytes,
): Promise<string> {
  const salt = random(saltBytes);
  const nonce = random(nonceBytes);
  const key = await deriveKey(password, salt, cosignScrypt);
  const envelope = { scrypt: cosignScrypt, salt, nonce, ciphertext: xsalsa20poly1305(key, nonce).encrypt(pkcs8) };
  return formatPem({ label: writtenLabel, bytes: formatEnvelope(envelope) });
}

/**
 * Decrypts cosign's encrypted PEM into the PKCS#8 private key (DER).
 * @throws {PackError} `KEY_INVALID` where the text is no such key, `KEY_PASSWORD` where the password does not open it.
 */
export async function decryptPrivateKey(pem: string, password: string): Promise<Uint8Array> {
  const { label, bytes } = parsePem(pem);
  if (!isEncryptedKeyLabel(label)) {
    throw new PackError('KEY_INVALID', `the key is a PEM "${label}", wanted "${writtenLabel}"`, {
      hint: 'Make an encrypted key with "capsule keygen" or "cosign generate-key-pair".',
    });
  }
  const envelope = parseEnvelope(bytes);
  return open(envelope, await deriveKey(password, envelope.salt, envelope.scrypt));
}

function deriveKey(password: string, salt: Uint8Array, { N, r, p }: ScryptParameters): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, boxKeyBytes, { N, r, p, maxmem: maxScryptBytes }, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}

function open({ nonce, ciphertext }: EncryptedKeyEnvelope, key: Uint8Array): Uint8Array {
  try {
    return xsalsa20poly1305(key, nonce).decrypt(ciphertext);
  } catch {
    // The authentication tag cannot tell a wrong password from damaged bytes.
    throw new PackError('KEY_PASSWORD', 'the password does not open the private key', {
      hint: 'Check COSIGN_PASSWORD; where the password is right, the key file is damaged.',
    });
  }
}
