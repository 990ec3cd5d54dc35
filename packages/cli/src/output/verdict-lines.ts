import type { Finding, VerdictReport } from '@release-capsule/verifier';
import { auditHeadline, auditLines } from './audit-lines.ts';
import type { Style } from './style.ts';
import { alignRows } from './table.ts';

/** What a command does with a verdict. */
export interface VerdictUse {
  /** Whether audit mode keeps the command from failing: nothing is stopped then. */
  readonly isSoftened: boolean;
}

/** Describes a verdict to people: the answer first, then what was found of each claim, then what to do. */
export function verdictLines(report: VerdictReport, style: Style, { isSoftened }: VerdictUse): readonly string[] {
  const judged = report.findings.filter(({ code }) => !code.endsWith(notJudgedSuffix));
  const width = Math.max(0, ...judged.map(({ claim }) => claim.length));
  return [
    isSoftened ? auditHeadline(report, style) : headline(report, style),
    ...alignRows(subjectRows(report), '  '),
    '',
    ...judged.flatMap((finding, index) => findingLines(finding, judged[index + 1], { width, style })),
    ...notJudgedLines(report.findings, { width, style }),
    ...(isSoftened ? auditLines(report) : []),
  ];
}

const notJudgedSuffix = '_NOT_JUDGED';

interface Layout {
  /** Of the column of claims, in characters. */
  readonly width: number;
  readonly style: Style;
}

function headline({ outcome }: VerdictReport, style: Style): string {
  if (outcome === 'accepted') return style.green(style.bold('✔ accepted'));
  if (outcome === 'refused') return style.red(style.bold('✘ refused'));
  return style.yellow(style.bold('? undetermined'));
}

function subjectRows({ capsule, release, freight }: VerdictReport): readonly (readonly [string, string])[] {
  const name = `${capsule.repository ?? ''}${capsule.tag === undefined ? '' : `:${capsule.tag}`}`;
  return [
    ['capsule', [name, capsule.digest].filter((text) => text !== undefined && text !== '').join('@')],
    ...(release === undefined ? [] : [['release', `${release.name}, commit ${release.gitCommit}`] as const]),
    ...(release?.image === undefined ? [] : [['image', `${release.image.repoURL}@${release.image.digest}`] as const]),
    ...(freight === undefined ? [] : [['freight', freight] as const]),
  ];
}

function findingLines(finding: Finding, next: Finding | undefined, { width, style }: Layout): readonly string[] {
  const { claim, state, code, message, hint } = finding;
  const line = `  ${markOf(state, style)} ${claim.padEnd(width)}  ${message}`;
  const indent = ' '.repeat(width + 6);
  const examined = examinedSignatures(finding).map((text) => `${indent}${style.dim('-')} ${text}`);
  if (state === 'proven') return [line, ...examined];
  const coded = `${line} ${style.dim(`[${code}]`)}`;
  // Several findings of one kind share one piece of advice, after the last.
  if (hint === undefined || hint === 'Nothing.' || (next?.hint === hint && next.state === state)) return [coded, ...examined];
  return [coded, ...examined, `${indent}${style.cyan('→')} ${hint}`];
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
  return [`  ${style.dim('·')} ${'not judged'.padEnd(width)}  ${style.dim(`${left.map(({ claim }) => claim).join(', ')}: ${why}`)}`];
}

function markOf(state: Finding['state'], style: Style): string {
  if (state === 'proven') return style.green('✔');
  return state === 'refuted' ? style.red('✘') : style.yellow('?');
}
