import type { ApplicationQuestion } from '@release-capsule/promoter';
import { CliError } from '../errors.ts';
import { Interview } from '../init/interview.ts';
import { unknown } from '../init/question.ts';
import { canAsk } from '../input/can-ask.ts';
import type { CommandRun } from '../run-command.ts';

/** Asks, and answers with some of the choices. */
export type Ask = (question: ApplicationQuestion) => Promise<readonly string[]>;

/** Makes what asks a person which image is the application's; undefined where there is no one to ask. */
export function askApplication({ context, output }: CommandRun): Ask | undefined {
  if (!canAsk(context) || output.isJson) return undefined;
  const interview = new Interview(context, output, { takesSuggestions: false });
  return async ({ repository, choices }) => {
    output.end(); // questions must stand alone
    const answer = await interview.answer({
      flag: '--image-name NAME',
      label: `Which of these is ${repository}? Several with commas`,
      given: undefined,
      known: unknown(choices),
      check: (text) => checkChoices(namesIn(text), choices),
    });
    return namesIn(answer);
  };
}

function namesIn(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim()).filter((name) => name !== '');
}

/** @throws {CliError} `OPTION_INVALID`. */
function checkChoices(names: readonly string[], choices: readonly string[]): void {
  const other = names.find((name) => !choices.includes(name));
  if (other === undefined && names.length > 0) return;
  throw new CliError('OPTION_INVALID', `${other ?? 'nothing'} is not one of the images`, { hint: `It is one of ${choices.join(', ')}.` });
}
