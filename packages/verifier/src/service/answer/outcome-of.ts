import { decide, type Outcome, requirementsOf } from '../../findings/decision.ts';
import type { Finding } from '../../findings/finding.ts';
import { shortReason } from '../exchange/reason.ts';
import { compareRelease, type Difference, differenceText } from '../judge/compare-release.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Question } from '../judge/question.ts';

/** What a judgement means for the question that was asked. */
export interface AskedOutcome {
  /** What the service answers: true also in audit mode, which stops nothing. */
  readonly isOk: boolean;
  readonly outcome: Outcome;
  readonly isEnforced: boolean;
  /** Empty where the outcome is accepted. */
  readonly reason: string;
  /** The codes of what stands in the way. */
  readonly codes: readonly string[];
  readonly differences: readonly Difference[];
}

/** The code of a request that states something else than the signed record. */
export const differsCode = 'STATED_DIFFERS';

/** Puts the verdict on a capsule, and what the caller states of it, into one outcome. */
export function outcomeOf(question: Question, { report }: Judgement): AskedOutcome {
  const differences = compareRelease(question, report);
  const isContradicted = report.outcome === 'accepted' && differences.length > 0;
  const outcome = isContradicted ? 'refused' : report.outcome;
  const blocking = blockingFindings(question, report.findings);
  const contradictions = isContradicted ? differences : [];
  const reasons = [...blocking.map(({ message, code }) => `${message} [${code}]`), ...contradictions.map(differenceText)];
  return {
    isOk: outcome === 'accepted' || !report.enforced,
    outcome,
    isEnforced: report.enforced,
    reason: shortReason(reasons.join('; ')),
    codes: [...blocking.map(({ code }) => code), ...(isContradicted ? [differsCode] : [])],
    differences: contradictions,
  };
}

/** What was not judged because of something else explains nothing where that is there. */
function blockingFindings({ served }: Question, findings: readonly Finding[]): readonly Finding[] {
  const { blocking } = decide(findings, requirementsOf(served.policy));
  const telling = blocking.filter(({ code }) => !code.endsWith('_NOT_JUDGED'));
  return telling.length > 0 ? telling : blocking;
}
