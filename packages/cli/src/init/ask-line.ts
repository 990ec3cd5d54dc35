import { createInterface } from 'node:readline';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';

/**
 * Asks for one line on a terminal.
 * @throws {CliError} `OPTION_INVALID` at the end of input.
 */
export async function askLine(prompt: string, { stdin, stderr, signal }: Context): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr.stream, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', (line) => resolve(line.trim()));
      lines.once('SIGINT', () => process.emit('SIGINT'));
      lines.once('close', () => reject(noAnswer()));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      lines.setPrompt(prompt);
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
