import { type Digest, quote } from '@release-capsule/schema';
import type { Statement } from '../signature/statement.ts';
import { type BuildFacts, readBuildFacts } from './build-facts.ts';
import type { GitSource } from './git-source.ts';
import { type ProvenanceRefusal, refuseProvenance } from './provenance-refusal.ts';

/** What a provenance must say. */
export interface ExpectedBuild {
  /** In the form of a record. */
  readonly repository: string;
  readonly commit: string;
  /** The builder ids that count. Empty: any. */
  readonly builders: readonly string[];
}

/**
 * Judges what somebody has signed: it is of `digest`, by a builder that counts, of the release's repository and commit.
 * Other subjects beside are no defect: a build may make many things, and GitHub names all of them in one statement.
 */
export function judgeStatement(
  { predicateType, predicate, subjects }: Statement,
  digest: Digest,
  expected: ExpectedBuild,
): BuildFacts | ProvenanceRefusal {
  if (!subjects.some(({ sha256 }) => `sha256:${String(sha256)}` === digest)) {
    return refuseProvenance('PROVENANCE_OTHER_SUBJECT', `is of ${describeSubjects(subjects)}, wanted ${digest}`);
  }
  const facts = readBuildFacts(predicateType, predicate);
  if (facts === undefined) return refuseProvenance('PROVENANCE_MALFORMED', `has no predicate as ${predicateType} has one`);
  return refuseBuilder(facts, expected) ?? refuseSources(facts, expected) ?? facts;
}

function describeSubjects(subjects: Statement['subjects']): string {
  const [first] = subjects;
  if (first === undefined) return 'nothing';
  const others = subjects.length > 1 ? ` and ${subjects.length - 1} more` : '';
  return `sha256 ${quote(String(first['sha256']))}${others}`;
}

function refuseBuilder({ builder }: BuildFacts, { builders }: ExpectedBuild): ProvenanceRefusal | undefined {
  if (builders.length === 0 || builders.includes(builder)) return undefined;
  return refuseProvenance('PROVENANCE_BUILDER_DIFFERS', `is by the builder ${quote(builder)}, which the policy does not name`);
}

function refuseSources({ sources }: BuildFacts, { repository, commit }: ExpectedBuild): ProvenanceRefusal | undefined {
  if (sources.length === 0) {
    return refuseProvenance('PROVENANCE_SOURCE_DIFFERS', `names no source repository, or several, wanted ${quote(repository)}`);
  }
  const other = sources.find((source) => source.repository !== repository);
  if (other !== undefined) {
    const message = `is of a build from ${quote(other.repository)}, the release is from ${quote(repository)}`;
    return refuseProvenance('PROVENANCE_SOURCE_DIFFERS', message);
  }
  const differing = sources.find((source) => !isOnly(source, commit));
  if (differing === undefined) return undefined;
  const got = differing.commits.length === 0 ? 'no commit' : `the commit ${quote(differing.commits.join(', '))}`;
  return refuseProvenance('PROVENANCE_COMMIT_DIFFERS', `names ${got}, the release is of ${commit}`);
}

/** Two commits for one source are two answers. */
function isOnly({ commits }: GitSource, commit: string): boolean {
  return commits.length > 0 && commits.every((named) => named === commit);
}
