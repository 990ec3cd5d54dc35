import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { preAuthEncoding } from '@release-capsule/schema';
import type { Bundle } from '@sigstore/bundle';
import { PackError } from '../../errors.ts';

/** What a log is told of a signature. */
export interface SignedContent {
  readonly signature: Uint8Array;
  /** Of what was signed, by the hash of the signature's scheme. */
  readonly digest: Uint8Array;
  readonly hash: 'sha256' | 'sha384';
  readonly verifier: SignatureVerifier;
}

/** What verifies a signature. */
export interface SignatureVerifier {
  readonly kind: 'publicKey' | 'certificate';
  readonly pem: string;
  /** SubjectPublicKeyInfo or certificate. */
  readonly der: Uint8Array;
  readonly publicKey: KeyObject;
}

const hashOfKind: ReadonlyMap<string, SignedContent['hash']> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['rsa', 'sha256'], // PKCS #1 v1.5; no key file of ours, but a signer that asks a KMS may have one
]);

/**
 * Takes out of a bundle's content what a log is told of it. For a DSSE envelope, what was signed is its encoding.
 * @throws {PackError} `KEY_INVALID` where the key is neither ECDSA P-256 or P-384 nor RSA; `SIGNING_FAILED` where nothing is signed.
 */
export function signedContent(content: Bundle['content'], verifierPem: string): SignedContent {
  const verifier = parseVerifier(verifierPem);
  const hash = hashOf(verifier.publicKey);
  if (content.$case === 'messageSignature') {
    const { messageDigest, signature } = content.messageSignature;
    return { signature, digest: messageDigest.digest, hash, verifier };
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  const signature = signatures[0]?.sig;
  if (signature === undefined) throw new PackError('SIGNING_FAILED', 'cannot log an envelope without a signature');
  return { signature, digest: createHash(hash).update(preAuthEncoding(payloadType, payload)).digest(), hash, verifier };
}

/** Parses a public key or a certificate in PEM. */
export function parseVerifier(pem: string): SignatureVerifier {
  if (!pem.includes('BEGIN CERTIFICATE')) {
    const publicKey = createPublicKey(pem);
    return { kind: 'publicKey', pem, der: publicKey.export({ type: 'spki', format: 'der' }), publicKey };
  }
  const { raw, publicKey } = new X509Certificate(pem);
  return { kind: 'certificate', pem, der: raw, publicKey };
}

/**
 * Finds the hash that a key signs with.
 * Source: sigstore v1.10, pkg/signature/algorithm_registry.go, `GetDefaultAlgorithmDetails`.
 * @throws {PackError} `KEY_INVALID`.
 */
export function hashOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SignedContent['hash'] {
  const kind = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? 'unknown';
  const hash = hashOfKind.get(kind);
  if (hash !== undefined) return hash;
  throw new PackError('KEY_INVALID', `the signing key is ${kind}, wanted ECDSA P-256 or P-384, or RSA`, {
    hint: 'Sign with an ECDSA key: verifiers agree on the hash of few others.',
  });
}
