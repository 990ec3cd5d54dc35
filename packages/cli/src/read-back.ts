import type { PackedCapsule } from '@release-capsule/packer';
import { type Finding, type Freight, type Policy, policyFromFlags, verifyCapsule } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { PackTarget } from './pack-into.ts';

/**
 * Verifies by digest what was just pushed, as an operator would: with the public key, against the Freight that Kargo
 * will make of it, and with every claim.
 */
export async function readBack(
  { args, opened }: PackTarget,
  { descriptor, record }: PackedCapsule,
  publicKeyPem: string,
  context: Context,
): Promise<{ readonly accepted: boolean; readonly findings: readonly Finding[] }> {
  const { source, metadata } = record;
  const policy = policyFromFlags({ name: record.name, keyPem: publicKeyPem, keyLabel: 'the key that signed' });
  const strict: Policy = {
    ...policy,
    pairing: record.image === undefined ? 'locked' : 'image',
    allow: { ...policy.allow, externalReferences: args.options.allowedReferences ?? [] },
    ...(metadata.sourceProofPath !== undefined && {
      source: { repository: source.repoURL, path: source.path, include: source.include, exclude: source.exclude },
    }),
  };
  const verdict = await verifyCapsule(opened.store, freightOf(record.image), strict, {
    capsule: { digest: descriptor.digest },
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    signal: context.signal,
  });
  if (verdict.accepted) await verdict.capsule.close();
  return verdict;
}

function freightOf(image: PackedCapsule['record']['image']): Freight {
  return { images: image === undefined ? [] : [image], commits: [], charts: [], artifacts: [] };
}
