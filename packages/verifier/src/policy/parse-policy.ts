import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { checkPolicy } from './check-policy.ts';
import { everySigner } from './every-signer.ts';
import { needsTrustedRoot } from './needs-trusted-root.ts';
import { normaliseSource } from './normalise-source.ts';
import type { Policy, PolicySigner } from './policy.ts';
import { parsePolicyData, type PolicyData } from './policy-data.ts';
import { readDenials } from './read-denials.ts';
import { readImagePolicy } from './read-image-policy.ts';
import { type PolicyFiles, readSigners } from './read-signers.ts';
import { readSummary } from './read-summary.ts';
import { publicGood, readTrustedRoot } from './read-trusted-root.ts';

/**
 * Parses a policy and reads the public keys that it names. Defaults are filled in, and its fields agree.
 * @throws {VerifyError} `POLICY_INVALID`, `KEY_INVALID`, `TRUST_INVALID`, `TRUST_MISSING` where it names no signer.
 */
export async function parsePolicyText(bytes: Uint8Array, files: PolicyFiles): Promise<Policy> {
  const shape = { directory: 'text', readFile: 'function', 'readPublicGoodRoot?': 'function' } as const;
  assertArguments({ bytes: 'bytes', files: shape }, { bytes, files });
  const data = parsePolicyData(bytes);
  const capsule = await readCapsule(data.capsule, files);
  const image = data.image === undefined ? undefined : await readImagePolicy(data.image, { files, capsule });
  const summary = data.summary === undefined ? undefined : await readSummary(data.summary, files);
  const stated = { capsule, ...(image !== undefined && { image }), ...(summary !== undefined && { summary }) };
  const signers = everySigner(stated);
  const policy: Policy = {
    ...plainFields(data),
    ...stated,
    ...(data.source !== undefined && { source: normaliseSource(data.source) }),
    ...(await rootFor(signers, data, files)),
    deny: await readDenials(data.deny ?? [], { signers, files }),
  };
  checkStated(data);
  checkPolicy(policy);
  return policy;
}

// Whoever says whose provenance counts, and forgets to ask for it, believes to be protected.
function checkStated({ image, require }: PolicyData): void {
  if (image?.provenance === undefined || require?.provenance === true) return;
  const why = 'image.provenance is stated, and require.provenance does not ask for it';
  throw new VerifyError('POLICY_INVALID', `the policy is not valid: ${why}`, {
    hint: 'Set require.provenance to true, or leave image.provenance out.',
  });
}

// A policy whose signers are keys alone needs no root: none is fetched for it.
async function rootFor(
  signers: readonly PolicySigner[],
  { trust }: PolicyData,
  files: PolicyFiles,
): Promise<Pick<Policy, 'trustedRoot'>> {
  if (!signers.some(needsTrustedRoot)) return {};
  return { trustedRoot: await readTrustedRoot(trust?.trustedRoot ?? publicGood, files) };
}

type PlainFields = Omit<Policy, 'capsule' | 'image' | 'summary' | 'source' | 'deny' | 'trustedRoot'>;

function plainFields(data: PolicyData): PlainFields {
  const { mode, package: wanted, require, pairing, tagRule, allow } = data;
  return {
    mode: mode ?? 'enforce',
    ...(wanted !== undefined && { packageKind: wanted.kind }),
    require: {
      provenance: require?.provenance ?? false,
      sbom: require?.sbom ?? false,
      lineage: require?.lineage ?? false,
      lockedImages: require?.lockedImages ?? false,
    },
    pairing: pairing ?? 'image',
    tagRule: tagRule ?? 'git-commit',
    allow: { references: [], unlockedImages: [], ...allow },
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
