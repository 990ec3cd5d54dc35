import { createPublicKey } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { workflowClaims } from './identity.ts';

/** How much must vouch for a bundle. */
export interface VerifyBundleOptions {
  readonly logs?: number;
  readonly timestamps?: number;
  /** Of a bundle that a key has signed. */
  readonly publicKeyPem?: string;
}

/** Verifies a bundle as the library of Sigstore does, under a trusted root: chain, SCT, log, timestamp and identity. */
export function verifyBundle(bytes: Uint8Array, trustedRoot: string, options: VerifyBundleOptions = {}): void {
  const { logs = 1, timestamps = 1, publicKeyPem } = options;
  const root = TrustedRoot.fromJSON(JSON.parse(trustedRoot));
  const trust = publicKeyPem === undefined ? toTrustMaterial(root) : toTrustMaterial(root, () => keyFinder(publicKeyPem));
  const verifier = new Verifier(trust, { tlogThreshold: logs, timestampThreshold: timestamps, ctlogThreshold: 1 });
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString()));
  const policy = { subjectAlternativeName: `^${String(workflowClaims['sub'])}$`, extensions: { issuer: String(workflowClaims['iss']) } };
  verifier.verify(toSignedEntity(bundle), publicKeyPem === undefined ? policy : undefined);
}

function keyFinder(pem: string): { readonly publicKey: ReturnType<typeof createPublicKey>; readonly validFor: () => true } {
  return { publicKey: createPublicKey(pem), validFor: () => true };
}

