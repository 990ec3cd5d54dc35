import type { Policy, PolicySigner } from './policy.ts';

/** Lists everybody whose signature can count under a policy, once for each list that names them. */
export function everySigner({ capsule, image }: Pick<Policy, 'capsule' | 'image'>): readonly PolicySigner[] {
  return [...capsule.signers, ...(image?.signers ?? []), ...(image?.provenance.signers ?? [])];
}
