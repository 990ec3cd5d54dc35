import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { sep } from 'node:path';
import { type GitEntryKind, type GitTreeEntry, quote } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { PackageProblems } from './package-problems.ts';
import type { TreeReader } from './tree-reader.ts';

/** A file as it was when it was listed. */
export interface SeenFile {
  readonly location: Buffer;
  readonly stats: BigIntStats;
}

/**
 * Reads a directory as if it were a git tree. An id is the path below the package's directory, its bytes as Latin-1;
 * the root's is empty. No symbolic link is followed.
 */
export class DirectoryTrees implements TreeReader {
  readonly unsupported: TreeReader['unsupported'] = {
    why: 'it is a device, pipe or socket',
    hint: 'Leave it out with --exclude.',
  };
  /** Everything that was listed, by id. */
  readonly seen: Map<string, SeenFile> = new Map();
  readonly #listed = new Map<string, readonly GitTreeEntry[]>();
  readonly #root: Buffer;
  readonly #problems: PackageProblems;
  readonly #signal: AbortSignal | undefined;

  constructor(root: string, problems: PackageProblems, signal?: AbortSignal) {
    this.#root = Buffer.from(root);
    this.#problems = problems;
    this.#signal = signal;
  }

  open(id: string): Promise<readonly GitTreeEntry[]> {
    if (isGitDirectory(id)) {
      const hint = 'Leave it out with --exclude ".git/**", or pack from Git.';
      this.#problems.add('ENTRY_UNSUPPORTED', shown(id), 'it is a git directory', hint);
    }
    return this.peek(id);
  }

  async peek(id: string): Promise<readonly GitTreeEntry[]> {
    // Thousands of names that cannot be packed would hide the one thing to say.
    if (isGitDirectory(id)) return [];
    const entries = this.#listed.get(id) ?? (await this.#list(id));
    this.#listed.set(id, entries);
    return entries;
  }

  linkText(id: string): Promise<Uint8Array> {
    return readlink(this.#locate(id), { encoding: 'buffer' }).catch(unreadable(id));
  }

  async #list(id: string): Promise<readonly GitTreeEntry[]> {
    const names = await readdir(this.#locate(id), { encoding: 'buffer' }).catch(unreadable(id));
    const entries: GitTreeEntry[] = [];
    for (const name of names) {
      this.#signal?.throwIfAborted();
      entries.push(await this.#entry(id, name));
    }
    return entries.sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  }

  async #entry(parent: string, name: Buffer): Promise<GitTreeEntry> {
    const text = name.toString('latin1');
    const id = parent === '' ? text : `${parent}/${text}`;
    const location = this.#locate(id);
    const stats = await lstat(location, { bigint: true }).catch(unreadable(id));
    this.seen.set(id, { location, stats });
    return { kind: kindOf(stats), name, id };
  }

  #locate(id: string): Buffer {
    return id === '' ? this.#root : Buffer.concat([this.#root, Buffer.from(sep), Buffer.from(id, 'latin1')]);
  }
}

// No tree holds a device or pipe; they go as what no capsule holds either.
function kindOf(stats: BigIntStats): GitEntryKind {
  if (stats.isDirectory()) return 'tree';
  if (stats.isSymbolicLink()) return 'link';
  if (!stats.isFile()) return 'submodule';
  return (stats.mode & ownerExecutes) === 0n ? 'file' : 'executable';
}

const ownerExecutes = 0o100n; // the one bit that git looks at

function sortKey({ kind, name }: GitTreeEntry): Buffer {
  return kind === 'tree' ? Buffer.concat([name, Buffer.from('/')]) : Buffer.from(name);
}

function isGitDirectory(id: string): boolean {
  return /(?:^|\/)\.git$/i.test(id);
}

function shown(id: string): string {
  return Buffer.from(id, 'latin1').toString('utf8');
}

function unreadable(id: string): (cause: unknown) => never {
  return (cause) => {
    throw new PackError('SOURCE_UNREADABLE', `${quote(shown(id))} cannot be read`, { cause });
  };
}
