import type { Style } from '../output/style.ts';
import { alignRows } from '../output/table.ts';
import { warningLines } from '../output/warning-lines.ts';
import type { InitAnswers, KargoAnswers } from './init-answers.ts';
import type { InitWarning } from './init-warnings.ts';
import type { FileState, PlannedFile } from './plan-files.ts';

/** How files are spoken of. */
export interface SummaryOptions {
  /** `future`: nothing is written yet. */
  readonly tense: 'future' | 'past';
  /** A file that differs is overwritten; where it is not, nothing is written. */
  readonly force?: boolean | undefined;
  readonly style: Style;
}

/** A file, and what becomes of it. */
export type DescribedFile = Pick<PlannedFile, 'path' | 'state'>;

/** Describes what a set-up is made of, and what becomes of each file. */
export function summaryLines(answers: InitAnswers, files: readonly DescribedFile[], options: SummaryOptions): readonly string[] {
  return [...alignRows(answerRows(answers), '  '), '', ...fileLines(files, options)];
}

/** Describes what becomes of each file. */
export function fileLines(files: readonly DescribedFile[], options: SummaryOptions): readonly string[] {
  const width = Math.max(...files.map(({ state }) => stateText(state, options).length));
  return files.map(({ path, state }) => `  ${colour(state, options.style)(stateText(state, options).padEnd(width))}  ${path}`);
}

/** Describes warnings, each address on a line of its own. */
export function setUpWarnings(warnings: readonly InitWarning[], style: Style): readonly string[] {
  return warnings.flatMap((warning) => ['', ...warningLines([warning], style), `  ${warning.link}`]);
}

type Row = readonly [label: string, value: string];

function answerRows(answers: InitAnswers): readonly Row[] {
  const { packagePath, packageKind, image, imageName, capsule, branch, signing, mode, kargo } = answers;
  return [
    ['package', `${packagePath} (${packageKind})`],
    ['image', imageName === image ? image : `${image}, which the package calls ${imageName}`],
    ['capsule', capsule],
    ['signed', signing.kind === 'key' ? 'with a key' : `keyless, on ${branch}, as ${signing.identity.identity}`],
    ...(signing.kind === 'key' ? [] : [['started by', signing.identity.triggers.join(', ')] as const]),
    ['policy', mode === 'audit' ? 'audit: it says what would be refused, and stops nothing' : 'enforce'],
    ...(kargo === undefined ? [] : [['Kargo', kargoText(kargo)] as const]),
  ];
}

function kargoText({ project, stages, entry }: KargoAnswers): string {
  const rendered = entry === undefined ? '' : `, rendered from ${entry === '.' ? "the package's root" : entry}`;
  return `project ${project}: ${stages.join(' → ')}${rendered}`;
}

function stateText(state: FileState, { tense, force = false }: SummaryOptions): string {
  if (state === 'unchanged' || state === 'kept') return state;
  const done = state === 'created' ? 'created' : 'overwritten';
  if (tense === 'past') return done;
  return state === 'differs' && !force ? 'differs; only --force would overwrite it' : `would be ${done}`;
}

function colour(state: FileState, style: Style): (text: string) => string {
  if (state === 'unchanged' || state === 'kept') return style.dim;
  return state === 'created' ? style.green : style.yellow;
}
