import { decide, type Outcome, requirementsOf } from '../../findings/decision.ts';
import type { Finding } from '../../findings/finding.ts';
import { compareRelease, type Difference, differenceText } from '../judge/compare-release.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Question } from '../judge/question.ts';
import { shortReason } from '../request/reason.ts';

/** What a judgement means for the question that was asked. */
export interface AskedOutcome {
  /** What the service answers: true also in audit mode, which stops nothing. */
  readonly isOk: boolean;
  readonly outcome: Outcome;
  readonly isEnforced: boolean;
  /** What stands in the way; where nothing does, what is refuted without deciding. Empty where nothing is refuted. */
  readonly reason: string;
  /** What to do about the first thing in the way; absent where there is nothing to do. */
  readonly hint?: string | undefined;
  /** The codes of what stands in the way. */
  readonly codes: readonly string[];
  readonly differences: readonly Difference[];
}

/** The code of a request that states something else than the signed record. */
export const differsCode = 'STATED_DIFFERS';

const differsHint = 'Do not deploy it. Find out which of the two is wrong, and promote the release that was approved.';

/** Puts the verdict on a capsule, and what the caller states of it, into one outcome. */
export function outcomeOf(question: Question, { report }: Judgement): AskedOutcome {
  const stated = compareRelease(question, report);
  const isContradicted = report.outcome === 'accepted' && stated.length > 0;
  const differences = isContradicted ? stated : [];
  const outcome = isContradicted ? 'refused' : report.outcome;
  const { blocking } = decide(report.findings, requirementsOf(question.served.policy));
  const told = [...tellingFindings(blocking), ...(blocking.length === 0 ? report.findings.filter(isRefuted) : [])];
  const reasons = [...differences.map(differenceText), ...findingTexts(told)];
  return {
    isOk: outcome === 'accepted' || !report.enforced,
    outcome,
    isEnforced: report.enforced,
    reason: shortReason(reasonOf(reasons, outcome)),
    hint: isContradicted ? differsHint : told.find(({ hint }) => hint !== undefined)?.hint,
    codes: [...tellingFindings(blocking).map(({ code }) => code), ...(isContradicted ? [differsCode] : [])],
    differences,
  };
}

function isRefuted({ state }: Finding): boolean {
  return state === 'refuted';
}

/**
 * What is refuted comes first: that something else could not be looked up changes nothing about it. What was not judged
 * because of something else explains nothing where that is there.
 */
function tellingFindings(blocking: readonly Finding[]): readonly Finding[] {
  const telling = blocking.filter((finding) => !isNotJudged(finding));
  if (telling.length === 0) return blocking;
  return [...telling.filter(isRefuted), ...telling.filter((finding) => !isRefuted(finding))];
}

function isNotJudged({ code }: Finding): boolean {
  return code.endsWith('_NOT_JUDGED');
}

/** All that was not judged was not judged for one reason: it is said once. */
function findingTexts(findings: readonly Finding[]): readonly string[] {
  const [first, ...rest] = findings;
  if (first === undefined || !isNotJudged(first)) return findings.map(findingText);
  return [findingText(first), ...(rest.length > 0 ? [`${rest.length} more claims were not judged`] : [])];
}

function findingText({ message, code }: Finding): string {
  return `${message} [${code}]`;
}

function reasonOf(reasons: readonly string[], outcome: Outcome): string {
  if (reasons.length === 0 && outcome !== 'accepted') return 'the verification did not come to its end';
  return reasons.join('; ');
}
