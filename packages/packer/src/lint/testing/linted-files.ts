import { findSecrets, type IncludedSecret, type LintedFile } from '../find-secrets.ts';

/** The files of a package, by their paths. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Makes files of a package of texts or bytes. */
export function lintedFiles(tree: Tree): readonly LintedFile[] {
  return Object.entries(tree).map(([path, content]) => ({
    // The paths of tests are valid; the brand is the source's to give.
    path: path as never,
    size: Buffer.byteLength(content),
    content: async function* () {
      yield Buffer.from(content);
    },
  }));
}

/** Finds the Secrets' values in a package. */
export async function secretsOf(tree: Tree, allowed: readonly string[] = []): Promise<readonly IncludedSecret[]> {
  return findSecrets(lintedFiles(tree), { allowed });
}

/** The exceptions that a package would need. */
export async function exceptionsOf(tree: Tree, allowed: readonly string[] = []): Promise<readonly string[]> {
  return (await secretsOf(tree, allowed)).map(({ exception }) => exception);
}
