import { attestationTypes } from '@release-capsule/schema';
import type { Signature as SigstoreSignature, Signer as SigstoreSigner } from '@sigstore/sign';
import { PackError } from '../errors.ts';
import type { Signature, Signer } from './signer.ts';
import type { Witness } from './witness.ts';

/** Options of {@link signBundle}. */
export interface SignBundleOptions {
  /** Logs and timestamp authorities that shall vouch for the signature; none unless given. */
  readonly witnesses?: readonly Witness[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs an in-toto statement and returns the Sigstore bundle, as the JSON that cosign writes.
 * Source: Sigstore bundle v0.3 (protobuf-specs v0.5, sigstore_bundle.proto); DSSE v1.0.
 * @throws {PackError} `SIGNING_FAILED`.
 */
export async function signBundle(
  statement: Uint8Array,
  signer: Signer,
  { witnesses = [], signal }: SignBundleOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const { CosignBundleBuilder, serialiseBundle } = await import('./cosign-bundle-builder.ts');
  const builder = new CosignBundleBuilder({ signer: toSigstoreSigner(signer, signal), witnesses: [...witnesses] });
  try {
    return serialiseBundle(await builder.create({ data: Buffer.from(statement), type: attestationTypes.payload }));
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PackError) throw cause;
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new PackError('SIGNING_FAILED', `cannot sign: ${reason}`, {
      hint: 'Check the key, and that the log and the timestamp authority, where they are used, can be reached.',
      cause,
    });
  }
}

function toSigstoreSigner(signer: Signer, signal: AbortSignal | undefined): SigstoreSigner {
  return { sign: async (data) => toSigstoreSignature(await signer.sign(data, signal)) };
}

function toSigstoreSignature({ signature, key }: Signature): SigstoreSignature {
  const bytes = Buffer.from(signature);
  if (key.kind === 'certificate') {
    return { signature: bytes, key: { $case: 'x509Certificate', certificate: key.certificatePem } };
  }
  return { signature: bytes, key: { $case: 'publicKey', publicKey: key.publicKeyPem, hint: key.hint } };
}
