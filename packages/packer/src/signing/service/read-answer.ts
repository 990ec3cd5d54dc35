import { OciError, readBounded } from '@release-capsule/oci';
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
  if (response.body === null) return new Uint8Array();
  try {
    return await readBounded(response.body, maxBytes, what);
  } catch (error) {
    throw error instanceof OciError ? tooLong(what, maxBytes) : error;
  }
}

function tooLong(what: string, maxBytes: number): PackError {
  return new PackError('SERVICE_REFUSED', `${what} answered with more than ${maxBytes} bytes`, {
    hint: 'Check the address: no such service answers at this length.',
  });
}
