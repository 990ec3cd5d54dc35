import { loadTrustedRoot, maxTrustedRootBytes, type PublicGoodOptions, type TrustedRoot, trustedRootOf } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { loadPublicGood } from './public-good.ts';
import { readInput } from './read-input.ts';

/**
 * Loads a trusted root from a file.
 * @throws {CliError} `FILE_UNREADABLE`; {VerifyError} `TRUST_INVALID`.
 */
export async function loadRootFile(path: string, context: Context): Promise<TrustedRoot> {
  const bytes = await readInput(path, 'the trusted root', maxTrustedRootBytes, context);
  return loadTrustedRoot(bytes, { source: 'file', label: path });
}

/**
 * Loads the root of the public Sigstore instance, or of the one that the environment names.
 * @throws {CliError} `FILE_UNREADABLE`; {VerifyError} `TRUST_INVALID`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function loadPublicRoot(context: Context, source: Pick<PublicGoodOptions, 'maxAgeMs'> = {}): Promise<TrustedRoot> {
  return trustedRootOf(await loadPublicGood(context, source));
}
