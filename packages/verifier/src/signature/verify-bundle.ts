import { verify } from 'node:crypto';
import { attestationTypes, type Digest, predicateTypes } from '@release-capsule/schema';
import type { KeySigner, PolicySigner } from '../policy/policy.ts';
import type { SignedBundle } from './bundle.ts';
import { parsePublicKey } from './public-key.ts';
import { refuse, type Refusal } from './refusal.ts';
import { parseStatement, refuseStatement } from './statement.ts';

/** What a bundle is verified against. */
export interface VerifyBundleOptions {
  readonly signers: readonly PolicySigner[];
  /** The digest of the manifest that must have been signed. */
  readonly digest: Digest;
  /** The clock, in milliseconds since 1970: a signature by key carries no time of its own. */
  readonly nowMs: number;
}

/** The signers of the policy whose signature a bundle is. Two entries with one key are both in it. */
export interface VerifiedBundle {
  readonly kind: 'verified';
  readonly signers: readonly PolicySigner[];
}

/**
 * Verifies that a bundle is a signature of a manifest by a signer of the policy.
 *
 * A key's signature is verified here rather than by @sigstore/verify. For a bundle by key that library only looks the
 * key up and verifies with the key's default hash, which refuses P-384 as cosign 3 signs (SHA-384); and it insists
 * on judging log entries, for which a key needs no trusted root. A test holds both to the same answers.
 * Source: DSSE v1.0, protocol.md, "Signature Definition".
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export function verifyBundle(bundle: SignedBundle, options: VerifyBundleOptions): VerifiedBundle | Refusal {
  const signers = signersOf(bundle, options.signers);
  if (signers.length === 0) return refuseUnverified(bundle, options.signers);
  const statement = parseStatement(bundle.payload);
  if (statement.kind === 'refusal') return statement;
  const refusal = refuseStatement(statement, options.digest) ?? refuseDates(signers, options.nowMs);
  if (refusal !== undefined) return refusal;
  return { kind: 'verified', signers: signers.filter((signer) => refuseDate(signer, options.nowMs) === undefined) };
}

/** Finds the signers whose key made the signature. A key is never satisfied by a certificate, whatever it says. */
function signersOf({ material, payload, signature }: SignedBundle, signers: readonly PolicySigner[]): PolicySigner[] {
  if (material.kind !== 'publicKey') return [];
  const signed = preAuthEncoding(payload);
  return signers.filter((signer) => signer.kind === 'key' && isSignedBy(signer, signed, signature));
}

function isSignedBy({ publicKeyPem, label }: KeySigner, signed: Uint8Array, signature: Uint8Array): boolean {
  const { key, hashes } = parsePublicKey(publicKeyPem, label);
  // An ECDSA signature has a twin, (r, n-s), that verifies too: the bytes of a signature identify nothing.
  return hashes.some((hash) => verify(hash, signed, key, signature));
}

/** Writes the bytes that a DSSE signature is over. */
function preAuthEncoding(payload: Uint8Array): Uint8Array {
  const { payload: payloadType } = attestationTypes;
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `, 'ascii'),
    payload,
  ]);
}

/** Says why no signer fits. It reads what nobody vouches for, so it may only choose between refusals. */
function refuseUnverified({ payload, material }: SignedBundle, signers: readonly PolicySigner[]): Refusal {
  const statement = parseStatement(payload);
  if (statement.kind === 'refusal') return statement;
  if (statement.predicateType !== predicateTypes.signature) {
    return refuse('SIGNATURE_NOT_A_SIGNATURE', 'is an attestation, by no signer of the policy');
  }
  if (material.kind === 'certificate') {
    return signers.some(({ kind }) => kind === 'keyless')
      ? refuse('SIGNATURE_UNSUPPORTED', 'is by certificate, which this version cannot judge')
      : refuse('SIGNATURE_UNTRUSTED', 'is by certificate, and the policy names keys only');
  }
  return signers.some((signer) => signer.kind === 'key' && hintOf(signer) === material.hint)
    ? refuse('SIGNATURE_INVALID', 'names a key of the policy, which does not verify it')
    : refuse('SIGNATURE_UNTRUSTED', 'is by another key than those of the policy');
}

/** The hint by which cosign names a key: its fingerprint in base64. */
function hintOf({ fingerprint }: KeySigner): string {
  return Buffer.from(fingerprint.slice('sha256:'.length), 'hex').toString('base64');
}

/** Refuses where each signer is outside its dates, with the reason of the first. */
function refuseDates(signers: readonly PolicySigner[], nowMs: number): Refusal | undefined {
  const refusals = signers.map((signer) => refuseDate(signer, nowMs));
  return refusals.includes(undefined) ? undefined : refusals[0];
}

function refuseDate({ notBeforeMs, notAfterMs }: PolicySigner, nowMs: number): Refusal | undefined {
  // Negated, so that a clock that tells no time lets nobody in.
  if (notAfterMs !== undefined && !(nowMs <= notAfterMs)) {
    return refuse('SIGNATURE_EXPIRED', `is by a key that counted until ${new Date(notAfterMs).toISOString()}`);
  }
  if (notBeforeMs !== undefined && !(nowMs >= notBeforeMs)) {
    return refuse('SIGNATURE_TOO_EARLY', `is by a key that counts from ${new Date(notBeforeMs).toISOString()}`);
  }
  return undefined;
}
