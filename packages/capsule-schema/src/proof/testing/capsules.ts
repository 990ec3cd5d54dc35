import { createHash } from 'node:crypto';
import { buildSourceProof } from '../build-source-proof.ts';
import type { SourceProofResult } from '../check-source-proof.ts';
import { parseGitCommit } from '../git-commit.ts';
import { type GitObjectFormat, hashGitObject } from '../git-object.ts';
import { parseGitTree } from '../git-tree.ts';
import { parseSourceProof, type SourceProof } from '../source-proof.ts';
import type { PackedFile, SourceProofSubject } from '../source-proof-subject.ts';
import { listSource, type SourcePatterns } from '../source-walk.ts';
import { findGitEntry, type TreeWalk } from '../tree-walk.ts';

/** A file's text, a link's target, a submodule, or a directory. */
export type Node = { file: string; executable?: boolean } | { link: string } | { submodule: true } | Directory;
/** A directory by the names in it. */
export interface Directory { [name: string]: Node }

/** The committer's time of every commit here. */
export const committedAt = 1_700_000_000;

/** How {@link capsule} packs. */
export interface CapsuleOptions extends Partial<SourcePatterns> {
  readonly path?: string;
  readonly format?: GitObjectFormat;
  /** Keep links that lead nowhere. */
  readonly unresolved?: boolean;
}

/** A proof, and what it is about. */
export interface Capsule {
  readonly proof: SourceProof;
  readonly subject: SourceProofSubject;
}

/** Packs a directory as the packer would: walks it, follows each link, gathers the trees in the order of their first use. */
export function capsule(root: Directory, options: CapsuleOptions = {}): Capsule {
  const { path = 'k8s/app', format = 'sha1', include = [], exclude = [] } = options;
  const objects = new Map<string, Buffer>();
  const rootId = write(root, format, objects);
  const used = new Map<string, Buffer>();
  const store = { objects, used, format };
  const commit = commitOf(rootId);
  const treeId = drive(findGitEntry(rootId, path), store)?.id ?? '';
  const listing = drive(listSource(treeId, { include, exclude }), store);
  const unfollowed = listing.selected.find(({ kind }) => kind === 'link');
  if (unfollowed !== undefined && options.unresolved !== true) throw new Error(unfollowed.why);
  const files = listing.selected.flatMap(({ kind, id, path: at }): PackedFile[] => {
    if (kind !== 'file' && kind !== 'executable') return [];
    return [{ ...packed(at, objects.get(id)?.toString() ?? '', format), executable: kind === 'executable' }];
  });
  const gitCommit = hashGitObject(format, 'commit', commit);
  const proof = parseSourceProof(buildSourceProof({ gitCommit, commit, trees: [...used.values()] }));
  const dereferenced = [...listing.dereferenced].map(([at, target]) => ({ path: at, target }));
  return {
    proof,
    subject: {
      gitCommit,
      committedAt: parseGitCommit(commit, format).committedAt,
      source: { repoURL: 'https://example.com/a', path, tree: treeId, include, exclude, dereferenced, additions: [] },
      files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    },
  };
}

/** A commit whose package is the given raw tree, however broken. */
export function around(app: Buffer, files: readonly PackedFile[]): Capsule {
  const id = hashGitObject('sha1', 'tree', app);
  const commit = commitOf(id);
  const source = { repoURL: '', path: '.', tree: id, include: [], exclude: [], dereferenced: [], additions: [] };
  return {
    proof: { objectFormat: 'sha1', commit, trees: [app] },
    subject: { gitCommit: hashGitObject('sha1', 'commit', commit), committedAt, source, files },
  };
}

function commitOf(treeId: string): Buffer {
  return Buffer.from(`tree ${treeId}\nauthor A <a@x> 1 +0000\ncommitter C <c@x> ${committedAt} +0000\n\nm\n`);
}

function drive<T>(
  walk: TreeWalk<T>,
  store: { objects: Map<string, Buffer>; used: Map<string, Buffer>; format: GitObjectFormat },
): T {
  let step = walk.next();
  while (step.done !== true) {
    const request = step.value;
    const body = store.objects.get('tree' in request ? request.tree : request.link) ?? Buffer.alloc(0);
    if ('tree' in request) store.used.set(request.tree, body);
    step = walk.next('tree' in request ? parseGitTree(body, store.format) : { text: body.toString() });
  }
  return step.value;
}

function write(directory: Directory, format: GitObjectFormat, objects: Map<string, Buffer>): string {
  const put = (type: 'blob' | 'tree', body: Buffer): string => {
    const id = hashGitObject(format, type, body);
    objects.set(id, body);
    return id;
  };
  const entries = Object.entries(directory).map(([name, node]): readonly [string, string, string] => {
    if ('submodule' in node && node.submodule === true) return ['160000', name,
      '1'.repeat(format === 'sha1' ? 40 : 64)];
    if ('link' in node && typeof node.link === 'string') return ['120000', name, put('blob', Buffer.from(node.link))];
    if ('file' in node && typeof node.file === 'string') {
      return [node.executable === true ? '100755' : '100644', name, put('blob', Buffer.from(node.file))];
    }
    return ['40000', name, write(node as Directory, format, objects)];
  });
  return put('tree', tree(entries));
}

/** Writes a tree object, in git's order. */
export function tree(entries: readonly (readonly [mode: string, name: string, id: string])[]): Buffer {
  const key = ([mode, name]: readonly [string, string,
    string]): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name);
  return Buffer.concat(entries.toSorted((a, b) => Buffer.compare(key(a), key(b))).map(([mode, name, id]) => {
    const raw = /^[0-9a-f]{40,}$/.test(id) ? Buffer.from(id, 'hex') : createHash('sha1').update(id).digest();
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), raw]);
  }));
}

/** A file as the archive has it. */
export function packed(path: string, text: string, format: GitObjectFormat): PackedFile {
  const body = Buffer.from(text);
  return { path, executable: false, blobId: hashGitObject(format, 'blob', body),
    sha256: createHash('sha256').update(body).digest('hex') };
}

/** Adds a file that is not from the commit, and lists it. */
export function withAddition(subject: SourceProofSubject, path: string,
  changed: Partial<PackedFile> = {}): SourceProofSubject {
  const file = packed(path, 'vendored', 'sha1');
  const additions = [...subject.source.additions, { path, sha256: file.sha256, reason: 'vendored' }];
  const files = [...subject.files.filter((one) => one.path !== path), { ...file, ...changed }];
  return { ...subject, source: { ...subject.source, additions }, files };
}

/** The codes of a refuted proof, or its state. */
export function codes(result: SourceProofResult): readonly string[] {
  return result.state === 'refuted' ? result.reasons.map(({ code }) => code) : [result.state];
}
