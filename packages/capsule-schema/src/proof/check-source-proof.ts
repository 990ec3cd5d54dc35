import { SchemaError } from '../errors.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import { parseEntryPath } from '../path/entry-path.ts';
import { quote } from '../quote.ts';
import type { ReleaseSource } from '../record/release-record.ts';
import { checkPackedFiles } from './check-packed-files.ts';
import { parseGitCommit } from './git-commit.ts';
import { hashGitObject } from './git-object.ts';
import { ProofObjects, TreeMissing } from './proof-objects.ts';
import { ProofReasons, type SourceProofReason } from './proof-reasons.ts';
import { type ResolvedLink, resolveSourceLink } from './source-link.ts';
import type { SourceProof } from './source-proof.ts';
import type { SourceProofSubject } from './source-proof-subject.ts';
import { findGitEntry, listSource, type SourceListing } from './source-walk.ts';

/** What a proof that holds has shown. */
export interface SourceProofEvidence {
  readonly commit: string;
  /** SHA-1 is not collision-proof: what it proves is as good as git itself, no better. */
  readonly objectFormat: SourceProof['objectFormat'];
  /** Id of the package directory's tree. */
  readonly tree: string;
  /** Packed files that are entries of the commit. */
  readonly files: number;
  /** Files that the patterns leave out, in directories that were looked into. */
  readonly leftOutFiles: number;
  /** Directories that the patterns leave out as a whole. */
  readonly leftOutDirectories: number;
  readonly dereferenced: number;
  readonly additions: number;
}

/** The judgement on a source proof; `count` counts all reasons, of which `reasons` holds the first ten. */
export type SourceProofResult =
  | { readonly state: 'complete' | 'partial'; readonly evidence: SourceProofEvidence }
  | { readonly state: 'refuted'; readonly reasons: readonly SourceProofReason[]; readonly count: number };

/**
 * Judges whether a capsule's files are those of its commit, from the proof alone: *complete* where every blob below
 * `source.path` is packed and nothing else, *partial* where the record's patterns, links and additions explain each
 * difference exactly, else *refuted*. Never throws on bad input.
 * Source: docs/format.md, "The source proof".
 */
export function checkSourceProof(proof: SourceProof, subject: SourceProofSubject): SourceProofResult {
  const reasons = new ProofReasons();
  const evidence = attempt(reasons, () => judge(proof, subject, reasons));
  if (evidence === undefined || reasons.count > 0) {
    return { state: 'refuted', reasons: reasons.first, count: reasons.count };
  }
  const { leftOutFiles, leftOutDirectories, dereferenced, additions } = evidence;
  const complete = leftOutFiles + leftOutDirectories + dereferenced + additions === 0;
  return { state: complete ? 'complete' : 'partial', evidence };
}

function judge(
  proof: SourceProof,
  subject: SourceProofSubject,
  reasons: ProofReasons,
): SourceProofEvidence | undefined {
  const root = checkCommit(proof, subject, reasons);
  if (root === undefined) return undefined;
  const objects = new ProofObjects(proof);
  const tree = findPackage(objects, { root, source: subject.source }, reasons);
  if (tree === undefined) return undefined;
  const listing = objects.run(listSource(tree, subject.source));
  const links = resolveLinks(objects, { tree, listing, source: subject.source }, reasons);
  if (!objects.exactlyUsed) {
    reasons.add('TREE_SURPLUS', 'the proof holds trees that it does not need, or holds them out of order');
  }
  checkPackedFiles({ ...subject, listing, links }, reasons);
  return {
    commit: subject.gitCommit,
    objectFormat: proof.objectFormat,
    tree,
    files: listing.selected.length,
    leftOutFiles: listing.leftOut.size,
    leftOutDirectories: listing.ruledOut,
    dereferenced: links.size,
    additions: subject.source.additions.length,
  };
}

function checkCommit(proof: SourceProof, subject: SourceProofSubject, reasons: ProofReasons): string | undefined {
  const { objectFormat, commit } = proof;
  if (subject.gitCommit.length !== (objectFormat === 'sha1' ? 40 : 64)) {
    reasons.add('FORMAT_MISMATCH', `the proof is of a ${objectFormat} repository, ${subject.gitCommit} is not`);
    return undefined;
  }
  const id = hashGitObject(objectFormat, 'commit', commit);
  if (id !== subject.gitCommit) {
    reasons.add('COMMIT_MISMATCH', `the proof is of the commit ${id}, the record names ${subject.gitCommit}`);
    return undefined;
  }
  const { tree, committedAt } = parseGitCommit(commit, objectFormat);
  if (committedAt !== subject.committedAt) {
    reasons.add('TIME_MISMATCH', `the commit is of ${committedAt} s, the archive's files of ${subject.committedAt} s`);
  }
  return tree;
}

function findPackage(
  objects: ProofObjects,
  at: { readonly root: string; readonly source: ReleaseSource },
  reasons: ProofReasons,
): string | undefined {
  const { path, tree } = at.source;
  if (path !== '.') parseEntryPath(path);
  const found = objects.run(findGitEntry(at.root, path));
  if (found?.kind !== 'tree') {
    reasons.add('PATH_MISSING', `the commit has no directory ${quote(path)}`);
    return undefined;
  }
  if (found.id !== tree) {
    reasons.add('TREE_MISMATCH', `${quote(path)} is the tree ${found.id}, the record names ${tree ?? 'none'}`);
  }
  return found.id;
}

function resolveLinks(
  objects: ProofObjects,
  at: { readonly tree: string; readonly listing: SourceListing; readonly source: ReleaseSource },
  reasons: ProofReasons,
): ReadonlyMap<string, ResolvedLink & { readonly target: string }> {
  const { dereferenced } = at.source;
  const targets = new Map(dereferenced.map(({ path, target }) => [path, target]));
  if (targets.size !== dereferenced.length) reasons.add('RECORD_INVALID', 'the record lists a dereferenced link twice');
  const links = new Map<string, ResolvedLink & { target: string }>();
  // The order decides which trees come first in the proof; only selected links count, in the order of their paths.
  const known = at.listing.selected.filter(({ kind, path }) => kind === 'link' && targets.has(path));
  for (const { path } of known.toSorted((a, b) => compareUtf8(a.path, b.path))) {
    const target = targets.get(path) ?? '';
    links.set(path, { ...objects.run(resolveSourceLink(at.tree, path, targets)), target });
  }
  return links;
}

function attempt<T>(reasons: ProofReasons, judgement: () => T): T | undefined {
  try {
    return judgement();
  } catch (error) {
    if (error instanceof TreeMissing) reasons.add('TREE_MISSING', error.message);
    else if (!(error instanceof SchemaError)) throw error;
    else if (error.code === 'GIT_OBJECT_INVALID') reasons.add('OBJECT_INVALID', error.message);
    else if (error.code === 'LIMIT_EXCEEDED') reasons.add('LIMIT_EXCEEDED', error.message);
    else reasons.add('RECORD_INVALID', error.message);
    return undefined;
  }
}
