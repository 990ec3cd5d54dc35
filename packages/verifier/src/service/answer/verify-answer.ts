import type { Answer } from '../request/route.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Question } from '../judge/question.ts';
import type { AskedOutcome } from './outcome-of.ts';
import { answerHead } from './answer-head.ts';

/** Answers `POST /v1/verify`: the verdict, and what a promotion goes on by. Every name is the policy's or the signed record's. */
export function verifyAnswer({ served }: Question, { report }: Judgement, asked: AskedOutcome): Answer {
  const { capsule, release } = report;
  const { repository: repoURL } = served;
  return {
    ...answerHead(asked),
    body: {
      ok: asked.isOk,
      reason: asked.reason,
      ...(asked.hint !== undefined && { hint: asked.hint }),
      outcome: asked.outcome,
      enforced: asked.isEnforced,
      capsule: {
        repoURL,
        ...(capsule.tag !== undefined && { tag: capsule.tag }),
        ...(capsule.digest !== undefined && { digest: capsule.digest, reference: `${repoURL}@${capsule.digest}` }),
      },
      ...(release?.image !== undefined && { image: release.image }),
      ...(release !== undefined && { release: { name: release.name, gitCommit: release.gitCommit }, package: release.package }),
      binding: 'digest',
      ...(asked.differences.length > 0 && { differences: asked.differences }),
      verdict: report,
    },
  };
}
