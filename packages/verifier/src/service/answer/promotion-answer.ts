import type { Answer } from '../exchange/route.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { AskedOutcome } from './outcome-of.ts';
import { statusOf } from './status-of.ts';

/**
 * Answers `POST /verify`. `binding: tag` says how much that is worth: these promotions have downloaded by tag before they
 * ask, so the answer is about what the tag names now.
 */
export function promotionAnswer({ report }: Judgement, asked: AskedOutcome): Answer {
  const { isOk, reason, outcome, isEnforced } = asked;
  if (!isOk) return { ...statusOf(asked), body: { ok: false, reason } };
  const { capsule, release } = report;
  return {
    ...statusOf(asked),
    body: {
      ok: true,
      reason,
      ...(release !== undefined && {
        release: {
          gitCommit: release.gitCommit,
          packageKind: release.package.kind,
          packagePath: release.package.path,
          packageDigest: release.package.digest,
        },
      }),
      ...(capsule.digest !== undefined && { capsule: { digest: capsule.digest } }),
      binding: 'tag',
      // Audit mode says yes to what enforcing would refuse, and must not look like it.
      ...(!isEnforced && { enforced: false, outcome }),
    },
  };
}
