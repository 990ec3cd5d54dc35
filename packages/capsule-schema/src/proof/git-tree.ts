import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { gitIdBytes, type GitObjectFormat } from './git-object.ts';
import { brokenTreeNameRule } from './git-tree-name.ts';

/** What an entry of a tree is, by its mode: 100644 or 100755 and what old versions of git wrote for them, 120000, 160000, 40000. */
export type GitEntryKind = 'file' | 'executable' | 'link' | 'submodule' | 'tree';

/** One entry of a tree. The name is bytes: git knows no encoding. */
export interface GitTreeEntry {
  readonly kind: GitEntryKind;
  readonly name: Uint8Array;
  readonly id: string;
}

/** Bound of one tree object, in bytes: 100,000 files in one directory. */
export const maxTreeBytes: number = 8 * 1024 * 1024;

const kinds: ReadonlyMap<string, GitEntryKind> = new Map([
  ['100644', 'file'],
  ['100755', 'executable'],
  ['120000', 'link'],
  ['160000', 'submodule'],
  ['40000', 'tree'],
]);
const oldFileMode = /^100[0-7]{3}$/;
const maxModeBytes = 6;

/**
 * Parses a raw tree object as strictly as `git fsck --strict`: known modes in their one spelling, safe names, git's
 * order, no name twice, no byte too many. Old versions of git kept a file's permissions as they were (100664, 100600),
 * which fsck only warns of (`badFilemode`); they are read as git checks such a file out.
 * Source: git 2.47, git-fsck(1), "Fsck Messages"; docs/format.md, "The source proof".
 * @throws {SchemaError} `GIT_OBJECT_INVALID`, `LIMIT_EXCEEDED`.
 */
export function parseGitTree(body: Uint8Array, format: GitObjectFormat): readonly GitTreeEntry[] {
  if (body.length > maxTreeBytes) {
    throw new SchemaError('LIMIT_EXCEEDED', `a git tree is ${body.length} bytes, over the limit of ${maxTreeBytes}`);
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const entries: GitTreeEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const read = readEntry(bytes, at, format);
    entries.push(read.entry);
    at = read.end;
  }
  checkOrder(entries);
  return entries;
}

function readEntry(bytes: Buffer, start: number, format: GitObjectFormat): { entry: GitTreeEntry; end: number } {
  const space = bytes.subarray(start, start + maxModeBytes + 1).indexOf(0x20);
  const mode = bytes.toString('latin1', start, start + (space < 0 ? maxModeBytes + 1 : space));
  const kind = space < 0 ? undefined : (kinds.get(mode) ?? oldFileKind(mode));
  if (kind === undefined) throw broken(`the entry at byte ${start} has the mode ${quote(mode)}`);
  const nameStart = start + space + 1;
  const nul = bytes.indexOf(0, nameStart);
  const end = nul + 1 + gitIdBytes(format);
  if (nul < 0 || end > bytes.length) throw broken(`it ends inside the entry at byte ${start}`);
  const name = bytes.subarray(nameStart, nul);
  const rule = brokenTreeNameRule(name, kind === 'link');
  if (rule !== undefined) throw broken(`the name ${quote(name.toString('utf8'))} cannot be: ${rule}`);
  const id = bytes.toString('hex', nul + 1, end);
  if (/^0+$/.test(id)) throw broken(`the entry ${quote(name.toString('utf8'))} has the null object id`);
  return { entry: { kind, name, id }, end };
}

// Where others may execute a file and its owner may not, git checks out 100644, JGit 100755: so it is refused.
function oldFileKind(mode: string): GitEntryKind | undefined {
  if (!oldFileMode.test(mode)) return undefined;
  const executes = Number.parseInt(mode, 8) & anyoneExecutes;
  if (executes === 0) return 'file';
  return (executes & ownerExecutes) === 0 ? undefined : 'executable';
}

const anyoneExecutes = 0o111;
const ownerExecutes = 0o100;

// git sorts a directory as if its name ended in a slash, so that "a" the file and "a" the directory may lie apart.
function checkOrder(entries: readonly GitTreeEntry[]): void {
  const names = new Set<string>();
  let previous: Buffer | undefined;
  for (const { kind, name } of entries) {
    const text = Buffer.from(name).toString('latin1');
    const key = Buffer.from(kind === 'tree' ? `${text}/` : text, 'latin1');
    const shown = quote(Buffer.from(name).toString('utf8'));
    if (names.has(text)) throw broken(`the name ${shown} is there twice`);
    if (previous !== undefined && Buffer.compare(previous, key) >= 0) throw broken(`the name ${shown} is out of order`);
    names.add(text);
    previous = key;
  }
}

function broken(what: string): SchemaError {
  return new SchemaError('GIT_OBJECT_INVALID', `a git tree is not well formed: ${what}`);
}
