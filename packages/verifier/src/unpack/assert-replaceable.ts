import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { quote } from '@release-capsule/schema';
import { VerifyError } from '../errors.ts';

const capsuleEntries: ReadonlySet<string> = new Set(['release.yaml', 'package', 'metadata']);

/**
 * Refuses to replace a directory that is no unpacked capsule: a mistyped or empty variable in a script must not delete
 * a checkout, or somebody's home.
 * @throws {VerifyError} `TARGET_INVALID`.
 */
export async function assertReplaceable(path: string, workingDirectory: string = process.cwd()): Promise<void> {
  if (!relative(path, workingDirectory).startsWith('..')) throw refuse(path, 'the working directory is in it');
  const foreign = (await readdir(path)).find((name) => !capsuleEntries.has(name));
  if (foreign !== undefined) throw refuse(path, `it holds ${quote(foreign)}, which is not part of a capsule`);
}

function refuse(path: string, why: string): VerifyError {
  return new VerifyError('TARGET_INVALID', `${path} is not replaced: ${why}`, {
    hint: 'Only an unpacked capsule, or an empty directory, is replaced. Name another, or remove it yourself.',
  });
}
