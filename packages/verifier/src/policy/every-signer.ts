import type { Policy, PolicySigner } from './policy.ts';

/** Lists everybody whose signature can count under a policy, once for each list that names them. */
export function everySigner(policy: Pick<Policy, 'capsule' | 'image' | 'summary'>): readonly PolicySigner[] {
  return [...releaseSigners(policy), ...(policy.summary?.signers ?? [])];
}

/** Lists everybody whose signature a policy takes for the release itself: of the capsule, the image and its provenance. */
export function releaseSigners({ capsule, image }: Pick<Policy, 'capsule' | 'image'>): readonly PolicySigner[] {
  return [...capsule.signers, ...(image?.signers ?? []), ...(image?.provenance.signers ?? [])];
}
