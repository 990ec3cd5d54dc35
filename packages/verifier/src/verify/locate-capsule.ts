import { policyShape } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';

/**
 * Says where to look for a capsule that no reference names: the policy's repository. Which of its manifests is meant,
 * the Freight says.
 * @throws {VerifyError} `CAPSULE_UNNAMED`.
 */
export function locateCapsule(policy: Policy): string {
  assertArguments({ policy: policyShape }, { policy });
  const { repository } = policy.capsule;
  if (repository !== undefined) return repository;
  throw new VerifyError('CAPSULE_UNNAMED', 'nothing says where the capsule lies', {
    hint: "Give its reference, or name its repository in the policy's capsule.repository.",
  });
}
