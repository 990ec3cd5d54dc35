import type { PackedCapsule } from '@release-capsule/packer';
import { type Finding, type Freight, type FreightImage, type Policy, verifyCapsule } from '@release-capsule/verifier';
import type { Context } from './context.ts';
import type { LoadedSigner } from './input/load-signer.ts';
import type { PackTarget } from './pack-into.ts';
import { signerPolicy } from './signer-policy.ts';
import type { OpenedStore } from './stores/open-store.ts';

/**
 * Verifies by digest what was just pushed, as an operator would: with the signer's key or identity, against the Freight
 * that Kargo will make of it, and with every claim.
 */
export async function readBack(
  { args, opened }: PackTarget,
  { descriptor, record }: PackedCapsule,
  signer: LoadedSigner,
  context: Context,
): Promise<{ readonly accepted: boolean; readonly findings: readonly Finding[] }> {
  const { source, metadata } = record;
  const capsule = capsuleImage(opened, descriptor.digest);
  const policy = await signerPolicy(signer, { name: record.name, capsuleRepository: capsule.repoURL });
  const strict: Policy = {
    ...policy,
    pairing: record.image === undefined ? 'locked' : 'image',
    allow: { ...policy.allow, references: args.options.allow?.references ?? [] },
    ...(metadata.sourceProofPath !== undefined && {
      source: { repository: source.repoURL, path: source.path, include: source.include, exclude: source.exclude },
    }),
  };
  const images = record.image === undefined ? [capsule] : [record.image, capsule];
  const freight: Freight = { images, commits: [], charts: [], artifacts: [] };
  const verdict = await verifyCapsule(opened.store, freight, strict, {
    capsule: opened.reference.kind === 'registry' ? { repository: opened.place } : { layout: opened.place },
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    signal: context.signal,
  });
  if (verdict.accepted) await verdict.capsule.close();
  return verdict;
}

/** The capsule as a Freight names it. A layout has no repository: there any name serves, since none is compared. */
function capsuleImage({ reference, place }: OpenedStore, digest: string): FreightImage {
  return { repoURL: reference.kind === 'registry' ? place : 'layout.invalid/capsule', digest };
}
