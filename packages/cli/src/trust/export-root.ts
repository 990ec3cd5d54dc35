import { resolve } from 'node:path';
import { type PublicGood, trustedRootOf } from '@release-capsule/verifier';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { writeFiles } from '../output/write-files.ts';

/** Where the parts of a root go. */
export interface ExportPaths {
  readonly output: string;
  readonly signingConfig?: string;
}

/** What was written, and for how long it counts. Times are RFC 3339. */
export interface ExportedRoot {
  readonly trustedRoot: string;
  readonly digest: string;
  readonly signingConfig?: string;
  readonly mirror: string;
  readonly fetchedAt: string;
  readonly expires: string;
}

/**
 * Writes a root to a file, and the signing configuration to another where that is asked for: both or none.
 * @throws {CliError} `FILE_UNWRITABLE`, `OPTION_INVALID`; {VerifyError} `TRUST_INVALID`.
 */
export async function exportRoot(found: PublicGood, { output, signingConfig }: ExportPaths, { cwd }: Context): Promise<ExportedRoot> {
  // Checked before it is written: what is carried to another network is not found to be unusable there.
  const { digest } = await trustedRootOf(found);
  const rootPath = resolve(cwd, output);
  const configPath = signingConfig === undefined ? undefined : resolve(cwd, signingConfig);
  await writeFiles([
    { path: rootPath, content: found.trustedRoot },
    ...(configPath === undefined ? [] : [{ path: configPath, content: signingConfigOf(found) }]),
  ]);
  return {
    trustedRoot: rootPath,
    digest,
    ...(configPath !== undefined && { signingConfig: configPath }),
    mirror: found.mirror,
    fetchedAt: found.fetchedAt.toISOString(),
    expires: found.expires.toISOString(),
  };
}

function signingConfigOf({ signingConfig, mirror }: PublicGood): Uint8Array {
  if (signingConfig !== undefined) return signingConfig;
  throw new CliError('OPTION_INVALID', `${mirror} has no signing configuration`, { hint: 'Leave --signing-config out.' });
}
