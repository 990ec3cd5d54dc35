import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '@release-capsule/oci';
import { exceptionOf, findingLines, findOutsideReferences, notAllowed, type PackageFinding, parseEntryPath } from '@release-capsule/schema';
import { PromoteError } from '../errors.ts';

/** The files of a package that is rendered. */
export interface RenderedFiles {
  /** Every file, below the package's root. */
  readonly paths: readonly string[];
  read(path: string): Promise<Uint8Array>;
}

/**
 * Refuses a package that refers to what it does not hold: a program that renders it would fetch that, or read other files.
 * @param allowed texts of references that may leave the package.
 * @returns whether nothing leaves it, so that it may be rendered.
 * @throws {PromoteError} `REFERENCE_OUTSIDE`.
 */
export async function assertSelfContained(files: RenderedFiles, allowed: readonly string[]): Promise<boolean> {
  const references = await findOutsideReferences(files);
  const outside = notAllowed(references, allowed);
  if (outside.length === 0) return references.length === 0;
  const findings = outside.map((found): PackageFinding => ({ code: 'REFERENCE_OUTSIDE', ...found, exception: exceptionOf(found) }));
  throw new PromoteError('REFERENCE_OUTSIDE', ['the package refers to what it does not hold:', ...findingLines(findings)], {
    hint: 'Vendor what it names, or take the directory that holds both. Allow what must leave it in capsule.yaml: allow.references.',
    findings,
  });
}

/** Writes a package into a directory of its own: what a program writes beside it changes nothing of the user's. */
export async function writePackage(files: RenderedFiles, directory: string): Promise<void> {
  for (const path of files.paths) {
    const target = join(directory, parseEntryPath(path));
    await makeDirectory(dirname(target));
    await writeFile(target, await files.read(path), { flag: 'wx' });
  }
}
