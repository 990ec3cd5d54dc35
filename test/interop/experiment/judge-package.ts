import { findOutsideReferences, parseEntryPath } from '@release-capsule/schema';
import type { Tree } from './tree.ts';

/** Tells whether the product accepts a package: each path may be in a capsule, and nothing is found to reach outside. */
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
