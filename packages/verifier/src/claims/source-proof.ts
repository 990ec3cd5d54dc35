import {
  type CapsuleContent,
  checkSourceProof,
  type ManifestOutline,
  packageFiles,
  parseSourceProof,
  quote,
  type ReleaseRecord,
  type SourceProofReason,
  type SourceProofReasonCode,
  type SourceProofResult,
} from '@release-capsule/schema';
import type { RefutedCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import type { SourcePolicy } from '../policy/policy.ts';
import { findingOf } from './schema-finding.ts';

/** What SOURCE_PROOF is judged by. */
export interface SourceProofOptions {
  readonly record: ReleaseRecord;
  readonly manifest: ManifestOutline;
  /** Absent where the policy names no source: a proof that is there must hold all the same. */
  readonly source?: SourcePolicy | undefined;
}

/** Judges SOURCE_PROOF: the packed files are the commit's, all of them or those that the policy's patterns leave. */
export function judgeSourceProof(content: CapsuleContent, { record, manifest, source }: SourceProofOptions): Finding {
  const { sourceProofPath } = record.metadata;
  const bytes = sourceProofPath === undefined ? undefined : content.kept.get(sourceProofPath);
  if (bytes === undefined) {
    if (source === undefined) return unknown('SOURCE_PROOF_ABSENT', 'the capsule carries no source proof');
    return refuted('SOURCE_PROOF_MISSING', 'the capsule carries no source proof, and the policy names its source');
  }
  try {
    const result = checkSourceProof(parseSourceProof(bytes), {
      gitCommit: record.gitCommit,
      source: record.source,
      committedAt: manifest.createdAt,
      files: packageFiles(content.files, record),
    });
    return judgeResult(result, record, source);
  } catch (error) {
    return findingOf(error, 'SOURCE_PROOF_INVALID');
  }
}

const treeReasons: readonly SourceProofReasonCode[] = [
  'TREE_MISSING',
  'TREE_SURPLUS',
  'TREE_MISMATCH',
  'PATH_MISSING',
  'OBJECT_INVALID',
  'TIME_MISMATCH',
];

function judgeResult(result: SourceProofResult, record: ReleaseRecord, source: SourcePolicy | undefined): Finding {
  if (result.state === 'refuted') {
    const [first] = result.reasons;
    const more = result.count > 1 ? ` (and ${result.count - 1} more reasons)` : '';
    const [told = 'the proof does not hold', ...others] = result.reasons.map(describeReason);
    return refuted(codeOf(first?.code), `${told}${more}`, { evidence: { reasons: [told, ...others] } });
  }
  const { commit, objectFormat, files } = result.evidence;
  const evidence = { commit, objectFormat, files, strength: strengthOf(objectFormat) };
  if (result.state === 'complete') {
    return proven('SOURCE_COMPLETE', `all ${files} files are exactly ${record.source.path} at ${commit}`, { evidence });
  }
  const difference = source === undefined ? undefined : unexpectedPart(record, source);
  if (difference !== undefined) return refuted('SOURCE_PATTERNS_DIFFER', difference, { evidence });
  return proven('SOURCE_PARTIAL', `${files} files are from ${record.source.path} at ${commit}, as the patterns say`, { evidence });
}

function describeReason({ message, path }: SourceProofReason): string {
  return path === undefined ? message : `${quote(path)}: ${message}`;
}

function codeOf(code: SourceProofReasonCode | undefined): RefutedCode {
  if (code === 'COMMIT_MISMATCH' || code === 'FORMAT_MISMATCH') return 'SOURCE_COMMIT_DIFFERS';
  return code !== undefined && treeReasons.includes(code) ? 'SOURCE_TREE_DIFFERS' : 'SOURCE_FILES_DIFFER';
}

/** A partial proof counts only with exactly the patterns that the policy names. */
function unexpectedPart({ source: packed }: ReleaseRecord, policy: SourcePolicy): string | undefined {
  if (!sameTexts(packed.include, policy.include)) return differing('include', packed.include, policy.include);
  if (!sameTexts(packed.exclude, policy.exclude)) return differing('exclude', packed.exclude, policy.exclude);
  const [addition] = packed.additions;
  if (addition !== undefined) return `the package adds ${quote(addition.path)}, which is not from the commit`;
  return undefined;
}

function differing(what: string, got: readonly string[], wanted: readonly string[]): string {
  return `packed with ${what} ${JSON.stringify(got)}, and the policy names ${JSON.stringify(wanted)}`;
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function strengthOf(objectFormat: 'sha1' | 'sha256'): string {
  return objectFormat === 'sha1' ? 'as good as git: SHA-1 is not collision-proof' : 'collision-proof';
}
