import { type Digest, predicateTypes } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { parseBundle, type SignedBundle } from './bundle.ts';
import { type CountedSignature, type VerifySignersOptions, verifySignersShape } from './counted-signature.ts';
import { refuse, type Refusal } from './refusal.ts';
import { parseStatement, refusePredicate, refuseSubject } from './statement.ts';
import { verifySigners } from './verify-signers.ts';

/** What a bundle is verified against. */
export interface VerifyBundleOptions extends VerifySignersOptions {
  /** The digest of the manifest that must have been signed. */
  readonly digest: Digest;
  /** What the statement must be; the signature unless given. */
  readonly predicateType?: string;
}

/** The signers of the policy whose signature a bundle is. Two entries with one key are both in it. */
export interface VerifiedBundle {
  readonly kind: 'verified';
  readonly by: readonly CountedSignature[];
  /** The repository that an older signature names. */
  readonly reference?: string;
}

/**
 * Verifies that a bundle is a signature of a manifest, and of it alone, by a signer of the policy. What the statement
 * says is believed only once somebody has signed it; until then it may only choose between refusals.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifyBundle(bundle: SignedBundle, options: VerifyBundleOptions): Promise<VerifiedBundle | Refusal> {
  const { digest, predicateType = predicateTypes.signature } = options;
  if (predicateType === predicateTypes.signature && bundle.payload.byteLength > maxSignedBytes) return notASignature(bundle);
  const statement = parseStatement(bundle.payload);
  if (statement.kind === 'refusal') return statement;
  const other = refusePredicate(statement, predicateType);
  if (other !== undefined) return other;
  const verified = await verifySigners(bundle, options);
  if (verified.kind === 'refusal') return verified;
  return refuseSubject(statement, digest) ?? { kind: 'verified', by: verified.by };
}

const maxSignedBytes = 1024 * 1024; // 300 bytes and annotations; an SBOM, parsed to be told that it is none, takes a second

function notASignature({ payload }: SignedBundle): Refusal {
  return refuse('SIGNATURE_NOT_A_SIGNATURE', `is over ${payload.byteLength} bytes: an attestation, not a signature`);
}

/**
 * Checks the bytes of a bundle before they are attached to anything: what a signer publishes, a verifier will accept.
 * @throws {VerifyError} `KEY_INVALID` where a signer's key cannot be read.
 */
export async function checkBundle(bytes: Uint8Array, options: VerifyBundleOptions): Promise<VerifiedBundle | Refusal> {
  const shape = { ...verifySignersShape, digest: 'text', 'predicateType?': 'text' } as const;
  assertArguments({ bytes: 'bytes', options: shape }, { bytes, options });
  const bundle = parseBundle(bytes);
  return bundle.kind === 'refusal' ? bundle : verifyBundle(bundle, options);
}
