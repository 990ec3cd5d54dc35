import type { TrustedRoot } from './trusted-root.ts';

/** Bound of a trusted root, in bytes: the public instance's has 7 KiB. */
export const maxTrustedRootBytes: number = 1024 * 1024;

/**
 * Parses a `trusted_root.json` and checks it. What that needs is loaded here and not before: a verification by key
 * alone does without.
 * @throws {VerifyError} `TRUST_INVALID`.
 */
export async function loadTrustedRoot(
  bytes: Uint8Array,
  origin: Pick<TrustedRoot, 'source' | 'label'>,
): Promise<TrustedRoot> {
  const { parseTrustedRoot } = await import('./trusted-root.ts');
  return parseTrustedRoot(bytes, origin);
}
