import { SchemaError } from '../errors.ts';
import { parseGitCommit } from './git-commit.ts';
import { gitObjectFormat, hashGitObject } from './git-object.ts';
import { parseGitTree } from './git-tree.ts';
import { formatSourceProof } from './source-proof.ts';

/** The objects that a source gathered while it listed the package. Raw bodies, without git's header. */
export interface SourceProofInput {
  /** 40 or 64 lower-case hexadecimal digits. */
  readonly gitCommit: string;
  readonly commit: Uint8Array;
  /** In the order in which the walk first needed them, each once. */
  readonly trees: readonly Uint8Array[];
}

/**
 * Builds the bytes of `metadata/source-proof.json`, and refuses objects that a verifier would refuse.
 * @throws {SchemaError} `GIT_OBJECT_INVALID`, `LIMIT_EXCEEDED`.
 */
export function buildSourceProof({ gitCommit, commit, trees }: SourceProofInput): Uint8Array {
  const objectFormat = gitObjectFormat(gitCommit);
  const found = hashGitObject(objectFormat, 'commit', commit);
  if (found !== gitCommit) {
    throw new SchemaError('GIT_OBJECT_INVALID', `the commit object hashes to ${found}, not to ${gitCommit}`);
  }
  parseGitCommit(commit, objectFormat);
  for (const tree of trees) parseGitTree(tree, objectFormat);
  return formatSourceProof({ objectFormat, commit, trees });
}
