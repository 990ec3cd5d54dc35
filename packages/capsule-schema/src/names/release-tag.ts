import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

const commitPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const tagPattern = /^git-([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Parses a full commit id, SHA-1 or SHA-256.
 * @throws {SchemaError} `COMMIT_INVALID`.
 */
export function parseCommit(text: string): string {
  if (commitPattern.test(text)) return text;
  throw new SchemaError('COMMIT_INVALID', `${quote(text)} is not a full commit id`, {
    hint: 'Give all 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits, as `git rev-parse HEAD` prints them.',
  });
}

/**
 * Names a release: the tag that its image and its capsule carry.
 * @throws {SchemaError} `COMMIT_INVALID`.
 */
export function releaseTag(commit: string): string {
  return `git-${parseCommit(commit)}`;
}

/** Reads the commit out of a release's tag; undefined where the tag is of another form. */
export function commitOfTag(tag: string): string | undefined {
  return tagPattern.exec(tag)?.[1];
}
