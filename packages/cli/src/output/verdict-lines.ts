import type { Finding, Requirements, VerdictReport } from '@release-capsule/verifier';
import { auditHeadline, auditLines } from './audit-lines.ts';
import { drawMark, weighFinding } from './finding-mark.ts';
import { shortenDigests } from './short-digests.ts';
import type { Style } from './style.ts';
import { alignRows } from './table.ts';

/** What a command does with a verdict, and how much it says of it. */
export interface VerdictUse {
  /** Whether audit mode keeps the command from failing: nothing is stopped then. */
  readonly isSoftened: boolean;
  /** Whether the claims are shown that hold, too. */
  readonly isVerbose: boolean;
  /** How much each claim weighs under the policy. */
  readonly requirements: Requirements;
  /** Whether a person reads it on a terminal: digests are cut to what is compared. */
  readonly isTerminal: boolean;
}

/**
 * Describes a verdict to people: the answer first, and what it is about. Of an accepted release that says it all, but for
 * notes; else every claim follows, and what to do, each advice once.
 */
export function verdictLines(report: VerdictReport, style: Style, use: VerdictUse): readonly string[] {
  const { isSoftened, isVerbose, requirements } = use;
  const isShort = report.outcome === 'accepted' && !isVerbose;
  const shown = report.findings.filter((finding) => !isShort || weighFinding(finding, requirements) === 'note');
  const claims = findingsLines(shown, style, requirements);
  const lines = [
    isSoftened ? auditHeadline(report, style) : headline(report, style),
    ...alignRows(subjectRows(report), '  '),
    ...(claims.length === 0 ? [] : ['', ...claims]),
    ...(isSoftened ? auditLines(report) : []),
  ];
  if (!use.isTerminal) return lines;
  // A reference that must leave the package is copied into an exception, by its exact text.
  const references = report.findings.filter(({ claim }) => claim === 'SELF_CONTAINED').map(({ message }) => message);
  return shortenDigests(lines, (line) => references.some((message) => line.includes(message)));
}

const notJudgedSuffix = '_NOT_JUDGED';

function headline({ outcome }: VerdictReport, style: Style): string {
  if (outcome === 'accepted') return style.green(style.bold('✔ accepted'));
  if (outcome === 'refused') return style.red(style.bold('✘ refused'));
  return style.yellow(style.bold('? undetermined'));
}

function subjectRows({ outcome, capsule, release, freight }: VerdictReport): readonly (readonly [string, string])[] {
  const name = `${capsule.repository ?? ''}${capsule.tag === undefined ? '' : `:${capsule.tag}`}`;
  const reference = [name, capsule.digest].filter((text) => text !== undefined && text !== '').join('@');
  const rows: (readonly [string, string])[] = [['capsule', reference]];
  if (release !== undefined) {
    const { image, package: deploy } = release;
    rows.push(['release', `${release.name}, commit ${release.gitCommit}`]);
    if (image !== undefined) rows.push(['image', `${image.repoURL}@${image.digest}`]);
    rows.push(['package', `${deploy.kind}, ${deploy.digest}`]);
  }
  if (freight !== undefined && outcome !== 'accepted') rows.push(['freight', freight]);
  return rows;
}

function findingsLines(findings: readonly Finding[], style: Style, requirements: Requirements): readonly string[] {
  const judged = findings.filter(({ code }) => !code.endsWith(notJudgedSuffix));
  const width = Math.max(0, ...judged.map(({ claim }) => claim.length));
  const lines = judged.flatMap((finding, index) => {
    const mark = drawMark(weighFinding(finding, requirements), style);
    // Several findings of one cause share one piece of advice, after the last.
    const isSaidLater = judged.slice(index + 1).some((later) => later.hint === finding.hint);
    return findingLines(finding, { mark, width, style, isAdviceDue: !isSaidLater });
  });
  return [...lines, ...notJudgedLines(findings, { width, style })];
}

interface Layout {
  /** Of the column of claims, in characters. */
  readonly width: number;
  readonly style: Style;
}

interface FindingLayout extends Layout {
  readonly mark: string;
  readonly isAdviceDue: boolean;
}

function findingLines(finding: Finding, { mark, width, style, isAdviceDue }: FindingLayout): readonly string[] {
  const { claim, state, code, message, hint } = finding;
  const line = `  ${mark} ${claim.padEnd(width)}  ${message}`;
  const indent = ' '.repeat(width + 6);
  const examined = examinedSignatures(finding).map((text) => `${indent}${style.dim('-')} ${text}`);
  if (state === 'proven') return [line, ...examined];
  const advice = hint === undefined || hint === 'Nothing.' || !isAdviceDue ? [] : [`${indent}${style.cyan('→')} ${hint}`];
  return [`${line} ${style.dim(`[${code}]`)}`, ...examined, ...advice];
}

/** What became of each signature, where that was asked for. */
function examinedSignatures({ evidence }: Finding): readonly string[] {
  const examined = evidence?.['examined'];
  return Array.isArray(examined) ? examined.map(String) : [];
}

function notJudgedLines(findings: readonly Finding[], { width, style }: Layout): readonly string[] {
  const left = findings.filter(({ code }) => code.endsWith(notJudgedSuffix));
  const [first] = left;
  if (first === undefined) return [];
  const why = first.message.replace(/^.*?was not judged: /, '');
  return [`  ${style.dim('–')} ${'not judged'.padEnd(width)}  ${style.dim(`${left.map(({ claim }) => claim).join(', ')}: ${why}`)}`];
}
