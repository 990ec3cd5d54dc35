import { expect } from 'vitest';
import type { SchemaErrorCode } from '../errors.ts';

/** Matches a {@link SchemaError} of one code, in `toThrow` and `toEqual`. */
export function refusal(code: SchemaErrorCode): unknown {
  return expect.objectContaining({ name: 'SchemaError', code });
}
