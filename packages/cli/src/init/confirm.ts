import { canAsk } from '../input/can-ask.ts';
import type { CommandRun } from '../run-command.ts';
import { askLine } from './ask-line.ts';
import type { InitAnswers } from './init-answers.ts';
import type { InitWarning } from './init-warnings.ts';
import type { PlannedFile } from './plan-files.ts';
import { setUpWarnings, summaryLines } from './summary-lines.ts';

/** What is to be confirmed. */
export interface Plan {
  readonly answers: InitAnswers;
  readonly files: readonly PlannedFile[];
  readonly warnings: readonly InitWarning[];
}

/** How it was answered. */
export type Confirmation = 'confirmed' | 'declined' | 'not asked';

/** Shows on a terminal what is going to be written, and asks whether to. Elsewhere, and where nothing would change, nothing is asked. */
export async function confirm({ answers, files, warnings }: Plan, force: boolean, { context, output }: CommandRun): Promise<Confirmation> {
  const isNew = files.some(({ state }) => state === 'created' || state === 'differs');
  if (!isNew || output.isJson || !canAsk(context)) return 'not asked';
  const { style, errorStyle } = output;
  output.lines(['', ...summaryLines(answers, files, { tense: 'future', force, style }), ...setUpWarnings(warnings, style), '']);
  for (;;) {
    const answer = (await askLine(`${errorStyle.cyan('?')} Write these files? ${errorStyle.dim('[Y/n]')} `, context)).toLowerCase();
    if (['', 'y', 'yes'].includes(answer)) return 'confirmed';
    if (['n', 'no'].includes(answer)) return 'declined';
    output.problem(`  ${errorStyle.red('✘')} Answer y or n.`);
  }
}
