import { checkPolicy } from './check-policy.ts';
import { normaliseSource } from './normalise-source.ts';
import type { Denial, Policy } from './policy.ts';
import { type DenialData, parsePolicyData, type PolicyData } from './policy-data.ts';
import { type PolicyFiles, readSigners } from './read-signers.ts';

/**
 * Parses a policy and reads the public keys that it names. Defaults are filled in, and its fields agree.
 * @throws {VerifyError} `POLICY_INVALID`, `KEY_INVALID`, `TRUST_MISSING` where it names no signer.
 */
export async function parsePolicyText(bytes: Uint8Array, files: PolicyFiles): Promise<Policy> {
  const data = parsePolicyData(bytes);
  const policy: Policy = {
    ...plainFields(data),
    capsule: await readCapsule(data.capsule, files),
    ...(data.image !== undefined && { image: await readImage(data.image, files) }),
    ...(data.source !== undefined && { source: normaliseSource(data.source) }),
  };
  checkPolicy(policy);
  return policy;
}

type PlainFields = Omit<Policy, 'capsule' | 'image' | 'source'>;

function plainFields(data: PolicyData): PlainFields {
  const { mode, package: wanted, require, pairing, tagRule, trust, allow, deny } = data;
  return {
    mode: mode ?? 'enforce',
    ...(wanted !== undefined && { packageKind: wanted.kind }),
    require: {
      provenance: require?.provenance ?? false,
      sbom: require?.sbom ?? false,
      lineage: require?.lineage ?? false,
    },
    pairing: pairing ?? 'image',
    tagRule: tagRule ?? 'git-commit',
    ...(trust !== undefined && { trustedRoot: trust.trustedRoot }),
    allow: { externalReferences: allow?.externalReferences ?? [], unlockedImages: allow?.unlockedImages ?? [] },
    deny: (deny ?? []).map(readDenial),
  };
}

async function readCapsule(data: PolicyData['capsule'], files: PolicyFiles): Promise<Policy['capsule']> {
  const { name, repository, signers = [], threshold = 1 } = data;
  return {
    name,
    ...(repository !== undefined && { repository }),
    signers: await readSigners(signers, 'capsule.signers', files),
    threshold,
  };
}

async function readImage(
  { repository, signers = [] }: NonNullable<PolicyData['image']>,
  files: PolicyFiles,
): Promise<NonNullable<Policy['image']>> {
  return { repository, signers: await readSigners(signers, 'image.signers', files) };
}

function readDenial({ capsule, image, commit, signer, reason }: DenialData): Denial {
  if (capsule !== undefined) return { what: 'capsule', value: capsule, reason };
  if (image !== undefined) return { what: 'image', value: image, reason };
  if (commit !== undefined) return { what: 'commit', value: commit, reason };
  return { what: 'signer', value: signer ?? '', reason };
}
