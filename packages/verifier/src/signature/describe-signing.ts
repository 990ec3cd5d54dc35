import type { SignedBundle } from './bundle.ts';
import { fingerprintOfHint } from './key-hint.ts';
import type { SignerFacts, SigningFacts } from './signing-facts.ts';

/** Describes the signing of a bundle. It judges nothing, and what cannot be read is left out. */
export async function describeSigning({ material, bundle }: SignedBundle): Promise<SigningFacts> {
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const stamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (material.kind === 'publicKey' && tlogEntries.length + stamps.length === 0) {
    return { signer: keyFacts(material.hint), signedAt: [], logged: [] };
  }
  // Loaded here: a signature by key alone needs no certificates.
  const { describeEvidence, describeCertificate } = await import('./keyless/describe-evidence.ts');
  const signer = material.kind === 'publicKey' ? keyFacts(material.hint) : describeCertificate(material.certificate);
  return { signer, ...describeEvidence(tlogEntries, stamps) };
}

function keyFacts(hint: string): SignerFacts {
  const fingerprint = fingerprintOfHint(hint);
  return fingerprint === undefined ? { kind: 'key' } : { kind: 'key', fingerprint };
}
