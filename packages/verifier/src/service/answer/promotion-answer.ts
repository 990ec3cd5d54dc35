import type { Answer } from '../request/route.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { AskedOutcome } from './outcome-of.ts';
import { answerHead } from './answer-head.ts';

/**
 * Answers `POST /verify`. `binding: tag` says how much that is worth: these promotions have downloaded by tag before they
 * ask, so the answer is about what the tag names now.
 */
export function promotionAnswer({ report }: Judgement, asked: AskedOutcome): Answer {
  const { isOk, reason, hint, outcome, isEnforced } = asked;
  const said = { reason, ...(hint !== undefined && { hint }) };
  if (!isOk) return { ...answerHead(asked), body: { ok: false, ...said } };
  const { capsule, release } = report;
  return {
    ...answerHead(asked),
    body: {
      ok: true,
      ...said,
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
