import { createInterface } from 'node:readline';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { fitLines } from '../output/fit-lines.ts';

/**
 * Asks for one line on a terminal.
 * @throws {CliError} `OPTION_INVALID` at the end of input.
 */
export async function askLine(prompt: string, { stdin, stderr, signal }: Context): Promise<string> {
  const shown = stderr.isInteractive ? fitLines([prompt], stderr.columns) : [prompt];
  for (const line of shown.slice(0, -1)) stderr.stream.write(`${line}\n`);
  const lines = createInterface({ input: stdin, output: stderr.stream, terminal: true, historySize: 0 });
  let isAnswered = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', (line) => {
        isAnswered = true;
        resolve(line.trim());
      });
      lines.once('SIGINT', () => process.emit('SIGINT'));
      lines.once('close', () => {
        if (!isAnswered) stderr.stream.write('\n'); // what follows must not stand behind the question
        reject(noAnswer());
      });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      lines.setPrompt(shown.at(-1) ?? prompt);
      lines.prompt();
    });
  } finally {
    lines.close();
  }
}

function noAnswer(): CliError {
  return new CliError('OPTION_INVALID', 'no answer was given', {
    hint: 'Nothing was written. Give the answers as options, or --yes to take what is suggested.',
  });
}
