import { join } from 'node:path';
import { maxInitialRootBytes, type PublicGood, type PublicGoodOptions, readPublicGood } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { cacheDirectory } from './cache-directory.ts';
import { readInput } from './read-input.ts';

/** Where the root is got from, where not from the public Sigstore instance: named as cosign's variables are. */
export interface TufSource {
  /** The address of a TUF repository; else `TUF_MIRROR`. */
  readonly mirror?: string;
  /** The path of the `root.json` that it begins at; else `TUF_ROOT_JSON`. */
  readonly root?: string;
}

/**
 * Gets root and signing configuration of the public Sigstore instance, or of the one that the environment names. Asks
 * for them where they are not in the cache or have expired, or where `refresh` or `maxAgeMs` says so.
 * @throws {CliError} `FILE_UNREADABLE`; {VerifyError} `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`, `TRUST_INVALID`.
 */
export async function loadPublicGood(
  context: Context,
  source: TufSource & Pick<PublicGoodOptions, 'refresh' | 'maxAgeMs'> = {},
): Promise<PublicGood> {
  const { mirror = context.env['TUF_MIRROR'], root = context.env['TUF_ROOT_JSON'], refresh = false, maxAgeMs } = source;
  const cache = cacheDirectory(context);
  return readPublicGood({
    ...(cache !== undefined && { cacheDirectory: join(cache, 'tuf') }),
    ...(mirror !== undefined && mirror !== '' && { mirror }),
    ...(root !== undefined && root !== '' && { initialRoot: await readInput(root, 'the TUF root', maxInitialRootBytes, context) }),
    refresh,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    now: context.now,
    temporaryDirectory: context.temporaryDirectory,
    signal: context.signal,
  });
}
