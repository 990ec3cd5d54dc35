import { SchemaError } from '../errors.ts';
import { parseEntryPath } from '../path/entry-path.ts';
import { quote } from '../quote.ts';
import type { ReleaseSource } from '../record/release-record.ts';
import { checkPackedFiles } from './check-packed-files.ts';
import { parseGitCommit } from './git-commit.ts';
import { hashGitObject } from './git-object.ts';
import { ProofObjects, TreeMissing } from './proof-objects.ts';
import { ProofReasons, type SourceProofReason } from './proof-reasons.ts';
import { RecordedLinks } from './recorded-links.ts';
import type { SourceProof } from './source-proof.ts';
import type { SourceProofSubject } from './source-proof-subject.ts';
import { listSource } from './source-walk.ts';
import { findGitEntry } from './tree-walk.ts';

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
  /** Links that were followed. */
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
  const links = recordedLinks(subject.source, proof.objectFormat, reasons);
  const listing = objects.run(listSource(tree, subject.source), (request) => links.text(request));
  if (!objects.exactlyUsed) {
    reasons.add('TREE_SURPLUS', 'the proof holds trees that it does not need, or holds them out of order');
  }
  for (const path of links.unused) {
    reasons.add('LINK_MISMATCH', 'the record lists it as a link; the commit selects none', path);
  }
  checkPackedFiles({ ...subject, listing }, reasons);
  return {
    commit: subject.gitCommit,
    objectFormat: proof.objectFormat,
    tree,
    files: listing.selected.length,
    leftOutFiles: listing.leftOut.size,
    leftOutDirectories: listing.ruledOut,
    dereferenced: listing.dereferenced.size,
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

function recordedLinks(
  { dereferenced }: ReleaseSource,
  format: SourceProof['objectFormat'],
  reasons: ProofReasons,
): RecordedLinks {
  const paths = new Set(dereferenced.map(({ path }) => path));
  if (paths.size !== dereferenced.length) reasons.add('RECORD_INVALID', 'the record lists a dereferenced link twice');
  return new RecordedLinks(dereferenced, format);
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
