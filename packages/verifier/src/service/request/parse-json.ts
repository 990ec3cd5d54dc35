import { isJsonObject, OciError, parseStrictJson } from '@release-capsule/oci';
import { describeSchemaErrors, type SchemaViolation } from '@release-capsule/schema';
import { Problem } from './problem.ts';

const maxDepth = 1000; // as for a Freight from a file: what other controllers keep in the object is of any shape

/**
 * Parses a body that must be a JSON object which every parser reads alike: each key stands once.
 * @throws {Problem} `REQUEST_INVALID`.
 */
export function parseJsonBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const value = readJson(bytes);
  if (isJsonObject(value)) return value;
  throw new Problem('REQUEST_INVALID', 'the body is not a JSON object');
}

/** A validator that was compiled from a schema. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaViolation[] | null;
}

/** @throws {Problem} `REQUEST_INVALID` where the value does not keep to the schema. */
export function assertSchema(value: unknown, validate: Validator): void {
  if (validate(value)) return;
  throw new Problem('REQUEST_INVALID', `the request is not valid: ${describeSchemaErrors(value, validate.errors)}`);
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes, 'the body', { maxDepth });
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw new Problem('REQUEST_INVALID', cause.message, { cause });
  }
}
