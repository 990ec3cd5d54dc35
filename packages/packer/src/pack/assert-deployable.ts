import {
  findOutsideReferences,
  maxJudgedFileBytes,
  notAllowed,
  type OutsideReference,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { assertNoSecrets } from '../lint/assert-no-secrets.ts';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import type { PackOptions } from './pack-options.ts';

const maxShown = 10; // a message is read by people

/**
 * Refuses a package that reaches outside itself, or that carries a Secret's values.
 * @throws {PackError} `REFERENCE_OUTSIDE`, `SECRET_INCLUDED`.
 */
export async function assertDeployable(
  files: readonly SourceFile[],
  { allowedReferences = [], allowedSecrets = [], signal }: PackOptions,
): Promise<void> {
  await assertSelfContained(files, allowedReferences, signal);
  await assertNoSecrets(files, { allowedSecrets, signal });
}

async function assertSelfContained(
  files: readonly SourceFile[],
  allowed: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const byPath = new Map<string, SourceFile>(files.map((file) => [file.path, file]));
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = byPath.get(path);
    return file === undefined || file.size > maxJudgedFileBytes ? undefined : readFile(file, signal);
  };
  const references = await findOutsideReferences({ paths: byPath.keys(), read });
  const outside = notAllowed(references, allowed);
  if (outside.length === 0) return;
  const shown = outside.slice(0, maxShown).map(describe);
  if (outside.length > maxShown) shown.push(`and ${outside.length - maxShown} more`);
  throw new PackError('REFERENCE_OUTSIDE', `the package is not self-contained: ${shown.join('; ')}`, {
    hint: 'Correct each as it says. A reference that must leave the package can be allowed by its exact text: --allow-reference.',
  });
}

function describe({ file, field, detail }: OutsideReference): string {
  return `${field === '' ? file : `${file}, ${field}`}: ${detail}`;
}
