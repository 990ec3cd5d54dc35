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
  output.lines('', ...summaryLines(answers, files, { tense: 'future', force, style: output.style }), ...setUpWarnings(warnings, output.style), '');
  const { errorStyle: style } = output;
  for (;;) {
    const answer = (await askLine(`${style.cyan('?')} Write these files? ${style.dim('[Y/n]')} `, context)).toLowerCase();
    if (['', 'y', 'yes'].includes(answer)) return 'confirmed';
    if (['n', 'no'].includes(answer)) return 'declined';
    output.problem(`  ${style.red('✘')} Answer y or n.`);
  }
}
