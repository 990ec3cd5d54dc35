import { PackError } from '../../errors.ts';

/** How much of an answer is read, and how messages name who answered. */
export interface ReadAnswerOptions {
  readonly what: string;
  readonly maxBytes: number;
}

/**
 * Reads the body of an answer up to a bound, whatever length it declares.
 * @throws {PackError} `SERVICE_REFUSED`.
 */
export async function readAnswer(response: Response, { what, maxBytes }: ReadAnswerOptions): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLong(what, maxBytes); // leaving the loop ends the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLong(what: string, maxBytes: number): PackError {
  return new PackError('SERVICE_REFUSED', `${what} answered with more than ${maxBytes} bytes`, {
    hint: 'Check the address: no such service answers at this length.',
  });
}
