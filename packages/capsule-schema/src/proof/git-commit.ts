import { SchemaError } from '../errors.ts';
import { gitIdBytes, type GitObjectFormat } from './git-object.ts';

/** What a source proof needs of a commit. */
export interface GitCommit {
  /** Id of the root tree. */
  readonly tree: string;
  readonly parents: readonly string[];
  /** Committer time in seconds since 1970. */
  readonly committedAt: number;
}

/** Bound of one commit object, in bytes: messages and signatures are a few KiB, merge tags a little more. */
export const maxCommitBytes: number = 1024 * 1024;

// A name may be missing, the space before the address may not; a time has no leading zero.
const identity = /^[^<>\n]* <[^<>\n]*> (0|[1-9][0-9]{0,15}) [+-][0-9]{4}$/;

// These stand once, at the top: a second one would be read by some tools instead of the first.
const leading = new Set(['tree', 'parent', 'author', 'committer']);

/**
 * Parses a raw commit object as strictly as `git fsck --strict`: tree, parents, author, committer in this order and
 * each well formed, no NUL, a header that ends.
 * Source: git 2.47, git-fsck(1), "Fsck Messages".
 * @throws {SchemaError} `GIT_OBJECT_INVALID`, `LIMIT_EXCEEDED`.
 */
export function parseGitCommit(body: Uint8Array, format: GitObjectFormat): GitCommit {
  if (body.length > maxCommitBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `a git commit is ${body.length} bytes; the limit is ${maxCommitBytes}`);
  }
  const lines = headerLines(Buffer.from(body).toString('latin1'));
  const tree = objectId(lines[0], 'tree', format);
  const parents: string[] = [];
  let at = 1;
  for (; lines[at]?.startsWith('parent '); at += 1) parents.push(objectId(lines[at], 'parent', format));
  identityTime(lines[at], 'author');
  const committedAt = identityTime(lines[at + 1], 'committer');
  checkRest(lines.slice(at + 2));
  return { tree, parents, committedAt };
}

// Text is taken as Latin-1: the header's own bytes are ASCII, names and messages may be in any encoding.
function headerLines(text: string): readonly string[] {
  if (text.includes('\0')) throw broken('it holds a NUL byte');
  const blank = text.indexOf('\n\n');
  if (blank < 0 && !text.endsWith('\n')) throw broken('its header has no end');
  return text.slice(0, blank < 0 ? -1 : blank).split('\n');
}

function objectId(line: string | undefined, key: string, format: GitObjectFormat): string {
  const id = line?.startsWith(`${key} `) ? line.slice(key.length + 1) : '';
  if (id.length === 2 * gitIdBytes(format) && /^[0-9a-f]+$/.test(id)) return id;
  throw broken(`it has no "${key}" line with a ${format} object id where one belongs`);
}

function identityTime(line: string | undefined, key: string): number {
  const match = line?.startsWith(`${key} `) ? identity.exec(line.slice(key.length + 1)) : null;
  const seconds = Number(match?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(seconds)) return seconds;
  throw broken(`it has no "${key}" line with name, address, time and zone where one belongs`);
}

function checkRest(lines: readonly string[]): void {
  for (const line of lines) {
    const key = line.split(' ', 1)[0] ?? '';
    if (leading.has(key)) throw broken(`it has another "${key}" line below the first`);
  }
}

function broken(what: string): SchemaError {
  return new SchemaError('GIT_OBJECT_INVALID', `a git commit is not one that git fsck --strict accepts: ${what}`);
}
