import { createHash, timingSafeEqual } from 'node:crypto';
import { VerifyError } from '../../errors.ts';
import { isFileGone, readServiceFile } from './read-file.ts';

/** The tokens that are accepted, as hashes: the tokens themselves are not kept. */
export interface AcceptedTokens {
  readonly count: number;
  /** The file is not there: no token is accepted. */
  readonly isGone: boolean;
  /** The line that a token stands on, counted from 1; nothing where it is not accepted. */
  find(token: string): number | undefined;
}

const maxTokenFileBytes = 64 * 1024;
const maxTokens = 64; // each is compared with whatever is shown
const minTokenCharacters = 16; // what is shorter can be tried out

/**
 * Reads the accepted tokens: one a line, empty lines and those that begin with `#` left out. None at all is a mistake to
 * begin with, and later on the way to take all of them back, as is a file that was removed.
 * @throws {VerifyError} `SERVICE_INVALID`; no message repeats a token.
 */
export async function readTokens(path: string, isFirst: boolean): Promise<AcceptedTokens> {
  try {
    return parseTokens(path, await readServiceFile(path, { what: 'the token file', maxBytes: maxTokenFileBytes, isFirst }), isFirst);
  } catch (error) {
    if (!isFirst && isFileGone(error)) return { ...acceptTokens([]), isGone: true };
    throw error;
  }
}

function parseTokens(path: string, bytes: Buffer, isFirst: boolean): AcceptedTokens {
  const text = bytes.toString('utf8');
  const lines = text.split('\n').map((line, at) => ({ line: at + 1, token: line.trim() }));
  const stated = lines.filter(({ token }) => token !== '' && !token.startsWith('#'));
  if (isFirst && stated.length === 0) throw invalid(path, 'it holds no token');
  if (stated.length > maxTokens) throw invalid(path, `it holds more than ${maxTokens} tokens`);
  const wrong = stated.find(({ token }) => token.length < minTokenCharacters || !/^[\x21-\x7e]+$/.test(token));
  if (wrong !== undefined) throw invalid(path, `line ${wrong.line} is not a token: ${minTokenCharacters} or more characters, no blanks`);
  return acceptTokens(stated);
}

function acceptTokens(stated: readonly { readonly line: number; readonly token: string }[]): AcceptedTokens {
  const hashes = stated.map(({ line, token }) => ({ line, hash: hashOf(token) }));
  return {
    count: stated.length,
    isGone: false,
    find(token) {
      const shown = hashOf(token);
      let found: number | undefined;
      // All of them, so that the time says neither whether nor where it was found.
      for (const { line, hash } of hashes) found = timingSafeEqual(hash, shown) ? line : found;
      return found;
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function invalid(path: string, why: string): VerifyError {
  return new VerifyError('SERVICE_INVALID', `the token file ${path} cannot be used: ${why}`, {
    hint: 'Write one token a line, such as `openssl rand -hex 32` prints.',
  });
}
