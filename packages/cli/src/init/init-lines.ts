import type { Style } from '../output/style.ts';
import { alignRows } from '../output/table.ts';
import type { InitAnswers, KargoAnswers } from './init-answers.ts';
import { nextSteps } from './next-steps.ts';
import type { FileState, PlannedFile } from './plan-files.ts';

/** How a set-up is described. */
export interface InitLinesOptions {
  readonly isDryRun: boolean;
  readonly style: Style;
}

/** Describes a set-up to people: what it is made of, what became of each file, and what is left to do. */
export function initLines(answers: InitAnswers, files: readonly PlannedFile[], options: InitLinesOptions): readonly string[] {
  const { isDryRun, style } = options;
  const isNew = files.some(({ state }) => state === 'created' || state === 'differs');
  const done = `${style.green('✔')} ${answers.name} is set up${isNew ? '' : ' already'}`;
  return [
    isDryRun ? `${style.yellow('·')} ${answers.name}: nothing was written` : done,
    ...alignRows(answerRows(answers), '  '),
    '',
    ...files.map(({ path, state }) => `  ${stateText(state, options)}  ${path}`),
    ...(isDryRun || !isNew ? [] : ['', 'Next:', ...nextSteps(answers).flatMap((step, at) => numbered(step, at + 1))]),
  ];
}

type Row = readonly [label: string, value: string];

function answerRows(answers: InitAnswers): readonly Row[] {
  const { packagePath, packageKind, image, capsule, branch, signing, mode, kargo } = answers;
  return [
    ['package', `${packagePath} (${packageKind})`],
    ['image', image],
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
