import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { canAsk } from './can-ask.ts';

/** How a password is asked for. */
export interface ReadPasswordOptions {
  /** Asks twice, since a mistyped new password locks its key for good. */
  readonly isNew: boolean;
}

/**
 * Takes the key's password from COSIGN_PASSWORD, as cosign does, else asks for it on a terminal. It is never echoed.
 * @throws {CliError} `OPTION_INVALID` where there is no terminal to ask on, or the two entries differ.
 */
export async function readPassword({ isNew }: ReadPasswordOptions, context: Context): Promise<string> {
  const given = context.env['COSIGN_PASSWORD'];
  if (given !== undefined) return given;
  if (!canAsk(context)) {
    throw new CliError('OPTION_INVALID', 'the password of the key is not given, and there is no terminal to ask on', {
      hint: 'Set COSIGN_PASSWORD; empty for a key without a password.',
    });
  }
  const password = await ask('Password for the key: ', context);
  if (!isNew || (await ask('The same again: ', context)) === password) return password;
  throw new CliError('OPTION_INVALID', 'the two passwords differ', { hint: 'Nothing was written. Try again.' });
}

async function ask(prompt: string, { stdin, stderr, signal }: Context): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true });
  // Only now, when the terminal has stopped to echo.
  stderr.stream.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => process.emit('SIGINT'));
      lines.once('close', () => reject(noPassword()));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    lines.close();
    stderr.stream.write('\n');
  }
}

function noPassword(): CliError {
  return new CliError('OPTION_INVALID', 'no password was given', {
    hint: 'Type it and press Enter, or set COSIGN_PASSWORD; empty for a key without a password.',
  });
}
