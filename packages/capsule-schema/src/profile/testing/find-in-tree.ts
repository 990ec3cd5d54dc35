import { findOutsideReferences } from '../find-outside-references.ts';
import type { OutsideReference } from '../outside-reference.ts';

/** A package for a test: the text or bytes of each file. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Finds the outside references of a package that is written out in a test. */
export function findIn(tree: Tree): Promise<readonly OutsideReference[]> {
  return findOutsideReferences({ paths: Object.keys(tree), read: (path) => Buffer.from(tree[path] ?? '') });
}

/** Writes each outside reference as a line: file, field, reason, reference. */
export async function summaryOf(tree: Tree): Promise<readonly string[]> {
  return (await findIn(tree)).map((found) => `${found.file} ${found.field} ${found.reason} ${found.reference}`);
}
