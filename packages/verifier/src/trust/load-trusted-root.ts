import { assertArguments } from '../assert-arguments.ts';
import type { TrustedRoot } from './trusted-root.ts';

/**
 * Parses a `trusted_root.json` and checks it. What that needs is loaded here and not before: a verification by key
 * alone does without.
 * @throws {VerifyError} `TRUST_INVALID`.
 */
export async function loadTrustedRoot(
  bytes: Uint8Array,
  origin: Pick<TrustedRoot, 'source' | 'label' | 'fetchedAt'>,
): Promise<TrustedRoot> {
  assertArguments({ bytes: 'bytes', origin: { source: 'text', label: 'text', 'fetchedAt?': 'date' } }, { bytes, origin });
  const { parseTrustedRoot } = await import('./parse-trusted-root.ts');
  return parseTrustedRoot(bytes, origin);
}
