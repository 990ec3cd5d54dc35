import { canonicalJson, type Digest, type JsonValue, sha256 } from '@release-capsule/schema';
import type { TrustedRoot } from '../trust/trusted-root.ts';
import type { AllowPolicy, Denial, ImagePolicy, Policy, PolicySigner, RequirePolicy, SourcePolicy, SummaryPolicy } from './policy.ts';

/**
 * Digests the policy in effect: SHA-256 of its canonical JSON with every default filled in. A key counts by its
 * fingerprint: moving its file changes nothing, replacing its content does.
 */
export function policyDigest(policy: Policy): Digest {
  const { mode, capsule, image, summary, source, packageKind, require, pairing, tagRule, trustedRoot, allow, deny } = policy;
  return sha256(
    canonicalJson({
      mode,
      capsule: {
        name: capsule.name,
        repository: capsule.repository ?? null,
        signers: capsule.signers.map(describeSigner),
        threshold: capsule.threshold,
      },
      image: image === undefined ? null : describeImage(image, require.provenance),
      // Left out where it is not stated: a digest that somebody has written down outlives the members that come later.
      ...(summary !== undefined && { summary: describeSummary(summary) }),
      source: source === undefined ? null : describeSource(source),
      packageKind: packageKind ?? null,
      require: describeRequired(require),
      pairing,
      tagRule,
      trustedRoot: trustedRoot === undefined ? null : describeRoot(trustedRoot),
      allow: describeAllowed(allow),
      deny: deny.map(describeDenial),
    }),
  );
}

// What is not asked for is left out: what later versions add must not change the digest of an older policy.
function describeImage({ repository, signers, threshold, provenance }: ImagePolicy, isProvenanceAsked: boolean): JsonValue {
  return {
    repository,
    signers: signers.map(describeSigner),
    ...(threshold !== 1 && { threshold }),
    ...(isProvenanceAsked && {
      provenance: { signers: provenance.signers.map(describeSigner), builders: provenance.builders },
    }),
  };
}

function describeSigner(signer: PolicySigner): JsonValue {
  const dates = { notBeforeMs: signer.notBeforeMs ?? null, notAfterMs: signer.notAfterMs ?? null };
  const { logEntries, timestamps, scts } = signer.evidence;
  const common = { ...dates, evidence: { logEntries, timestamps, scts } };
  if (signer.kind === 'key') return { key: signer.fingerprint, ...common };
  const { issuer, identity, github } = signer;
  return { keyless: { issuer, identity: { [identity.kind]: identity.value }, github: { ...github } }, ...common };
}

function describeSummary({ signers, policyDigest: digest, stage, maxAgeMs }: SummaryPolicy): JsonValue {
  return { signers: signers.map(describeSigner), policyDigest: digest, stage, maxAgeMs };
}

/** The public instance renews its root by itself: it is the same policy before and after. */
function describeRoot({ source, digest }: TrustedRoot): string {
  return source === 'public-good' ? source : digest;
}

function describeSource({ repository, path, include, exclude }: SourcePolicy): JsonValue {
  return { repository, path: path ?? null, include, exclude };
}

// Which addresses are spoken to decides whether there is a verdict; an empty list is no other policy than none.
// `references` keeps the name that it had: a digest that somebody has written down outlives a key's name.
function describeAllowed({ references, unlockedImages, hosts = [] }: AllowPolicy): JsonValue {
  return { externalReferences: references, unlockedImages, ...(hosts.length > 0 && { hosts }) };
}

// What is not asked for is left out, as above.
function describeRequired({ provenance, sbom, lineage, lockedImages }: RequirePolicy): JsonValue {
  return { provenance, sbom, lineage, ...(lockedImages && { lockedImages }) };
}

function describeDenial({ what, value, reason }: Denial): JsonValue {
  return { what, value, reason };
}
