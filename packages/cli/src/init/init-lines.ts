import { lockFileName } from '@release-capsule/schema';
import type { Style } from '../output/style.ts';
import { alignRows } from '../output/table.ts';
import { warningLines } from '../output/warning-lines.ts';
import type { InitAnswers, KargoAnswers } from './init-answers.ts';
import type { SetUpLock } from './lock-set-up.ts';
import { nextSteps } from './next-steps.ts';
import type { FileState, PlannedFile } from './plan-files.ts';

/** How a set-up is described. */
export interface InitLinesOptions {
  readonly isDryRun: boolean;
  /** Absent if nothing was written. */
  readonly lock?: SetUpLock | undefined;
  readonly style: Style;
}

/** Describes a set-up to people: what it is made of, what became of each file, and what is left to do. */
export function initLines(answers: InitAnswers, files: readonly PlannedFile[], options: InitLinesOptions): readonly string[] {
  const { isDryRun, lock, style } = options;
  const isNew = files.some(({ state }) => state === 'created' || state === 'differs');
  const done = `${style.green('✔')} ${answers.name} is set up${isNew ? '' : ' already'}`;
  return [
    isDryRun ? `${style.yellow('·')} ${answers.name}: nothing was written` : done,
    ...alignRows(answerRows(answers), '  '),
    '',
    ...files.map(({ path, state }) => `  ${stateText(state, options)}  ${path}`),
    ...(lock === undefined ? [] : lockLines(lock, options)),
    ...(isDryRun || !isNew ? [] : ['', 'Next:', ...nextSteps(answers, lock).flatMap((step, at) => numbered(step, at + 1))]),
  ];
}

function lockLines({ state, warnings = [] }: SetUpLock, options: InitLinesOptions): readonly string[] {
  if (state === 'later') return [];
  const { style } = options;
  return [
    `  ${stateText(state === 'written' ? 'created' : 'kept', options)}  ${lockFileName}`,
    ...warningLines(warnings, style),
  ];
}

type Row = readonly [label: string, value: string];

function answerRows(answers: InitAnswers): readonly Row[] {
  const { packagePath, packageKind, image, imageName, capsule, branch, signing, mode, kargo } = answers;
  return [
    ['package', `${packagePath} (${packageKind})`],
    ['image', imageName === image ? image : `${image}, which the package calls ${imageName}`],
    ['capsule', capsule],
    ['signed', signing.kind === 'key' ? 'with a key' : `keyless, on ${branch}, as ${signing.identity.identity}`],
    ['policy', mode === 'audit' ? 'audit: it says what would be refused, and stops nothing' : 'enforce'],
    ...(kargo === undefined ? [] : [['Kargo', kargoText(kargo)] as const]),
  ];
}

function kargoText({ project, stages, entry }: KargoAnswers): string {
  const rendered = entry === undefined ? '' : `, rendered from ${entry === '.' ? "the package's root" : entry}`;
  return `project ${project}: ${stages.join(' → ')}${rendered}`;
}

const widestState = 'overwritten'.length;

function stateText(state: FileState, { isDryRun, style }: InitLinesOptions): string {
  if (state === 'unchanged' || state === 'kept') return style.dim(state.padEnd(widestState));
  if (state === 'created') return style.green('created'.padEnd(widestState));
  return style.yellow((isDryRun ? 'differs' : 'overwritten').padEnd(widestState));
}

function numbered(step: readonly string[], number: number): readonly string[] {
  return step.map((line, at) => `  ${at === 0 ? `${number}.` : '  '} ${line}`);
}
