import type { PackedCapsule } from '@release-capsule/packer';
import { type Freight, type Policy, policyFromFlags, type Verdict, verifyCapsule } from '@release-capsule/verifier';
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
): Promise<Verdict> {
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
  return verifyCapsule(opened.store, freightOf(record.image), strict, {
    capsule: { digest: descriptor.digest },
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    signal: context.signal,
  });
}

function freightOf(image: PackedCapsule['record']['image']): Freight {
  return { images: image === undefined ? [] : [image], commits: [], charts: [], artifacts: [] };
}
