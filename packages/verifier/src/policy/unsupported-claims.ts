import type { ClaimName } from '../findings/claim.ts';
import { VerifyError } from '../errors.ts';
import type { Policy } from './policy.ts';

/** Something that a policy asks for and this version cannot judge. */
export interface UnsupportedClaim {
  readonly claim: ClaimName;
  /** Where the policy asks for it. */
  readonly place: string;
}

/** Lists what a policy asks for and this version cannot judge. */
export function unsupportedClaims({ require }: Policy): readonly UnsupportedClaim[] {
  return require.lineage ? [{ claim: 'LINEAGE', place: 'require.lineage' }] : [];
}

/**
 * Refuses a policy that asks for what this version cannot judge: answering as if it had not asked would be worse.
 * @throws {VerifyError} `POLICY_UNSUPPORTED`, naming each.
 */
export function assertSupported(policy: Policy): void {
  const unsupported = unsupportedClaims(policy);
  if (unsupported.length === 0) return;
  const names = unsupported.map(({ claim, place }) => `${claim} (${place})`).join(', ');
  throw new VerifyError('POLICY_UNSUPPORTED', `the policy asks for what is not supported yet: ${names}`, {
    hint: 'Leave it out of the policy, and check it by other means until it is.',
  });
}
