import type { Context } from '../context.ts';
import { canAsk } from '../input/can-ask.ts';
import type { Output } from '../output/output.ts';
import { askLine } from './ask-line.ts';
import type { PlannedFile } from './plan-files.ts';
import { summaryLines } from './summary-lines.ts';
import type { InitAnswers } from './init-answers.ts';

/** What is to be confirmed. */
export interface Plan {
  readonly answers: InitAnswers;
  readonly files: readonly PlannedFile[];
}

/** Shows on a terminal what is going to be written, and asks whether to; elsewhere there is nobody to ask. */
export async function confirm({ answers, files }: Plan, context: Context, output: Output): Promise<boolean> {
  const isNew = files.some(({ state }) => state === 'created' || state === 'differs');
  if (!isNew || output.isJson || !canAsk(context)) return true;
  output.lines('', ...summaryLines(answers, files, { tense: 'future', style: output.style }), '');
  const { errorStyle: style } = output;
  for (;;) {
    const answer = (await askLine(`${style.cyan('?')} Write these files? ${style.dim('[Y/n]')} `, context)).toLowerCase();
    if (['', 'y', 'yes'].includes(answer)) return true;
    if (['n', 'no'].includes(answer)) return false;
    output.problem(`  ${style.red('✘')} Answer y or n.`);
  }
}
