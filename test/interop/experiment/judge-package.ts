import { findOutsideReferences, parseEntryPath } from '@release-capsule/schema';
import type { Tree } from './tree.ts';

/** Tells whether the product accepts a package: a capsule can hold each path, and no reference reaches outside. */
export async function isAccepted(tree: Tree): Promise<boolean> {
  const paths = [...tree.keys()];
  if (!paths.every(isPermittedPath)) return false;
  const read = (path: string): Uint8Array | undefined => {
    const content = tree.get(path);
    return content === undefined ? undefined : Buffer.from(content);
  };
  return (await findOutsideReferences({ paths, read })).length === 0;
}

function isPermittedPath(path: string): boolean {
  try {
    parseEntryPath(path);
    return true;
  } catch {
    return false;
  }
}
