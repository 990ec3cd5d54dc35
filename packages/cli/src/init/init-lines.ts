import { lockFileName } from '@release-capsule/schema';
import type { Style } from '../output/style.ts';
import { warningLines } from '../output/warning-lines.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitWarning } from './init-warnings.ts';
import type { SetUpLock } from './lock-set-up.ts';
import { nextSteps, snippetIndent } from './next-steps.ts';
import type { PlannedFile } from './plan-files.ts';
import type { FoundProgram } from './program/find-program.ts';
import { type DescribedFile, fileLines, setUpWarnings, summaryLines } from './summary-lines.ts';

/** How a set-up is described. */
export interface InitLinesOptions {
  /** `confirmed`: a person has seen what would be written, and it was; `declined`: they said no. */
  readonly outcome: 'written' | 'confirmed' | 'dry run' | 'declined';
  readonly force: boolean;
  /** Absent if nothing was written. */
  readonly lock?: SetUpLock | undefined;
  /** Absent if no CI job is wanted. */
  readonly program: FoundProgram | undefined;
  readonly warnings: readonly InitWarning[];
  readonly style: Style;
}

/** Describes a set-up to people: what it is made of, what became of each file, and what is left to do. */
export function initLines(answers: InitAnswers, files: readonly PlannedFile[], options: InitLinesOptions): readonly string[] {
  const { outcome, force, lock, warnings, style } = options;
  if (outcome === 'declined') return [`${style.yellow('·')} Nothing was written.`];
  const isDryRun = outcome === 'dry run';
  const isNew = files.some(({ state }) => state === 'created' || state === 'differs');
  const done = `${style.green('✔')} ${answers.name} is set up${isNew ? '' : ' already'}`;
  return [
    isDryRun ? `${style.yellow('·')} ${answers.name}: nothing was written. This is what capsule init would do:` : done,
    ...(outcome === 'confirmed'
      ? fileLines(lockFiles(lock), { tense: 'past', style })
      : summaryLines(answers, [...files, ...lockFiles(lock)], { tense: isDryRun ? 'future' : 'past', force, style })),
    ...warningLines(lock?.warnings ?? [], style),
    ...(outcome === 'confirmed' ? [] : setUpWarnings(warnings, style)),
    ...(isDryRun || !isNew ? [] : ['', 'Next:', ...nextSteps(answers, options).flatMap((step, at) => numbered(step, at + 1))]),
  ];
}

function lockFiles(lock: SetUpLock | undefined): readonly DescribedFile[] {
  if (lock === undefined || lock.state === 'later') return [];
  return [{ path: lockFileName, state: lock.state === 'written' ? 'created' : 'kept' }];
}

/** Tells which lines are a part of a file that a person copies. */
export function isSnippet(line: string): boolean {
  return line.startsWith(`     ${snippetIndent}`);
}

function numbered(step: readonly string[], number: number): readonly string[] {
  return step.map((line, at) => `  ${at === 0 ? `${number}.` : '  '} ${line}`);
}
