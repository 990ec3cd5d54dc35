import { attestationTypes } from '@release-capsule/schema';
import type { Signature as SigstoreSignature, Signer as SigstoreSigner } from '@sigstore/sign';
import { PackError } from '../errors.ts';
import { checkOwnSignature } from './check-own-signature.ts';
import type { Signature, Signer } from './signer.ts';
import type { Witness } from './witness.ts';

/** Options of {@link signBundle}. */
export interface SignBundleOptions {
  /** Logs and timestamp authorities that shall vouch for the signature; none unless given. */
  readonly witnesses?: readonly Witness[] | undefined;
  /**
   * Judges the finished bundle as a verifier will, under a trusted root: certificate, SCT, log entries, timestamps. Where
   * it throws, nothing is published.
   */
  readonly checkBundle?: ((bundle: Uint8Array) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs an in-toto statement and returns the Sigstore bundle, as the JSON that cosign writes. The signature is verified
 * before any witness sees it, the bundle before it is returned.
 * Source: Sigstore bundle v0.3 (protobuf-specs v0.5, sigstore_bundle.proto); DSSE v1.0.
 * @throws {PackError} `SIGNING_FAILED`, `SIGNATURE_REJECTED`, and those of signer and witnesses.
 */
export async function signBundle(
  statement: Uint8Array,
  signer: Signer,
  { witnesses = [], checkBundle, signal }: SignBundleOptions = {},
): Promise<Uint8Array> {
  const bundle = await makeBundle(statement, signer, { witnesses, signal });
  await checkBundle?.(bundle).catch((cause: unknown) => refuse(cause, signal));
  return bundle;
}

async function makeBundle(
  statement: Uint8Array,
  signer: Signer,
  { witnesses = [], signal }: Pick<SignBundleOptions, 'witnesses' | 'signal'>,
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

function refuse(cause: unknown, signal: AbortSignal | undefined): never {
  signal?.throwIfAborted();
  if (cause instanceof PackError) throw cause;
  const reason = cause instanceof Error ? cause.message : 'no reason given';
  throw new PackError('SIGNATURE_REJECTED', `the fresh signature is not accepted: ${reason}`, {
    hint: 'Nothing was published. Check that services and trusted root belong to one Sigstore.',
    cause,
  });
}

function toSigstoreSigner(signer: Signer, signal: AbortSignal | undefined): SigstoreSigner {
  return {
    async sign(data) {
      const signature = await signer.sign(data, signal);
      checkOwnSignature(data, signature);
      return toSigstoreSignature(signature);
    },
  };
}

function toSigstoreSignature({ signature, key }: Signature): SigstoreSignature {
  const bytes = Buffer.from(signature);
  if (key.kind === 'certificate') {
    return { signature: bytes, key: { $case: 'x509Certificate', certificate: key.certificatePem } };
  }
  return { signature: bytes, key: { $case: 'publicKey', publicKey: key.publicKeyPem, hint: key.hint } };
}
