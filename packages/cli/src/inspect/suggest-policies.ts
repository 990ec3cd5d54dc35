import type { ReleaseRecord } from '@release-capsule/schema';
import { type DescribedReferrer, type SignerFacts, signerText, suggestPolicy } from '@release-capsule/verifier';

/** A policy that accepts one signer, and that signer alone. */
export interface SuggestedPolicy {
  /** As people know the signer. */
  readonly signer: string;
  /** The text of the policy, YAML. */
  readonly policy: string;
}

/** Suggests a policy for each signer that a signature names, in the order of the signatures. */
export function suggestPolicies(
  attached: readonly DescribedReferrer[],
  { name, image }: Pick<ReleaseRecord, 'name' | 'image'>,
  repository: string | undefined,
): readonly SuggestedPolicy[] {
  const suggested = new Map<string, SuggestedPolicy>();
  for (const { signer } of attached.flatMap(({ kind, signing }) => (kind === 'signature' && signing !== undefined ? [signing] : []))) {
    const policy = suggestPolicy({
      name,
      signer,
      ...(repository !== undefined && { capsuleRepository: repository }),
      ...(image !== undefined && { imageRepository: image.repoURL }),
    });
    if (policy !== undefined && !suggested.has(keyOf(signer))) suggested.set(keyOf(signer), { signer: signerText(signer), policy });
  }
  return [...suggested.values()];
}

function keyOf(signer: SignerFacts): string {
  return JSON.stringify(signer);
}
