import { isJsonObject, OciError, parseStrictJson } from '@release-capsule/oci';
import { PackError } from '../../errors.ts';

/** An object out of a service's answer, none of whose members is trusted to be there. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses the JSON object that a service answered with.
 * @throws {PackError} `SIGNATURE_REJECTED`; `what` names the answer in the message.
 */
export function parseJsonAnswer(bytes: Uint8Array, what: string): JsonObject {
  try {
    return objectOf(parseStrictJson(bytes, what), what);
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw rejected(cause.message, cause);
  }
}

/**
 * Takes a value for an object.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function objectOf(value: unknown, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw rejected(`${what} is missing, or no object`);
}

/**
 * Takes a value for a text.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw rejected(`${what} is missing, or no text`);
}

/**
 * Takes a value for a list.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw rejected(`${what} is missing, or no list`);
}

/**
 * Takes a value for a whole number that is not negative: protobuf's JSON writes 64-bit numbers as texts.
 * @throws {PackError} `SIGNATURE_REJECTED`.
 */
export function countOf(value: unknown, what: string): number {
  const number = typeof value === 'string' && /^(?:0|[1-9][0-9]{0,15})$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw rejected(`${what} is missing, or no number`);
}

/** Makes the error of a signature, or of what vouches for it, that does not hold. */
export function rejected(message: string, cause?: unknown): PackError {
  return new PackError('SIGNATURE_REJECTED', message, {
    hint: 'Nothing was published. Check that the addresses are those of the Sigstore that is meant, and try again.',
    ...(cause !== undefined && { cause }),
  });
}
