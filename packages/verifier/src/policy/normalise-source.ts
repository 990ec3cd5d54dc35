import { normaliseSourceUrl, SchemaError } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';
import type { SourcePolicy } from './policy.ts';

/** A source as a policy or flags state it. */
export interface StatedSource {
  readonly repository: string;
  readonly path?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Brings a stated source into the form that a record has, so that both can be compared.
 * @throws {VerifyError} `POLICY_INVALID` where the repository's address is none.
 */
export function normaliseSource({ repository, path, include = [], exclude = [] }: StatedSource): SourcePolicy {
  return { repository: normaliseAddress(repository), ...(path !== undefined && { path }), include, exclude };
}

function normaliseAddress(repository: string): string {
  try {
    return normaliseSourceUrl(repository);
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new VerifyError('POLICY_INVALID', `source.repository: ${cause.message}`, {
      hint: 'Give one like https://github.com/example/app.',
      cause,
    });
  }
}
