import { quote, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { isSameRepository } from '../repository-name.ts';

/** What {@link judgeIdentity} compares. */
export interface IdentityInput {
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  /** Where the capsule was fetched from; absent for a layout, which has no repository to compare. */
  readonly capsuleRepository?: string | undefined;
}

/**
 * Judges IDENTITY: name, repositories, source and kind of a release are those that the policy states. What it does
 * not state is not compared. Signatures bind no name of a repository: without this, a sibling's capsule would do.
 */
export function judgeIdentity(input: IdentityInput): readonly Finding[] {
  const findings = [
    judgeName(input),
    judgeCapsuleRepository(input),
    judgeImageRepository(input),
    ...judgeSource(input),
    judgeKind(input),
  ].filter((finding) => finding !== undefined);
  if (findings.length > 0) return findings;
  const { name } = input.record;
  const message = statesOrigin(input) ? 'name and repository match the policy' : 'the name matches the policy, which states no repository';
  return [proven('IDENTITY_MATCHES', message, { evidence: { name } })];
}

function statesOrigin({ policy, capsuleRepository }: IdentityInput): boolean {
  const stated = [policy.source, policy.image?.repository, capsuleRepository === undefined ? undefined : policy.capsule.repository];
  return stated.some((origin) => origin !== undefined);
}

function judgeName({ record, policy }: IdentityInput): Finding | undefined {
  if (record.name === policy.capsule.name) return undefined;
  const message = `the capsule is ${quote(record.name)}, the policy is for ${quote(policy.capsule.name)}`;
  return refuted('NAME_DIFFERS', message, { evidence: { got: record.name, wanted: policy.capsule.name } });
}

function judgeCapsuleRepository({ policy, capsuleRepository: got }: IdentityInput): Finding | undefined {
  const wanted = policy.capsule.repository;
  if (wanted === undefined || got === undefined || isSameRepository(got, wanted)) return undefined;
  const message = `the capsule is from ${quote(got)}, the policy says ${quote(wanted)}`;
  return refuted('CAPSULE_REPOSITORY_DIFFERS', message, { evidence: { got, wanted } });
}

function judgeImageRepository({ record, policy }: IdentityInput): Finding | undefined {
  const wanted = policy.image?.repository;
  if (wanted === undefined) return undefined;
  const got = record.image?.repoURL;
  if (got === undefined) {
    const message = `the record names no application image, the policy says ${quote(wanted)}`;
    return refuted('IMAGE_NOT_RECORDED', message, { evidence: { wanted } });
  }
  if (isSameRepository(got, wanted)) return undefined;
  const message = `the record's image is from ${quote(got)}, the policy says ${quote(wanted)}`;
  return refuted('IMAGE_REPOSITORY_DIFFERS', message, { evidence: { got, wanted } });
}

function judgeSource({ record, policy }: IdentityInput): readonly Finding[] {
  const { repoURL, path } = record.source;
  const wanted = policy.source;
  if (wanted === undefined) return [];
  const findings: Finding[] = [];
  if (repoURL !== wanted.repository) {
    const message = `the package is from ${quote(repoURL)}, the policy says ${quote(wanted.repository)}`;
    findings.push(
      refuted('SOURCE_REPOSITORY_DIFFERS', message, { evidence: { got: repoURL, wanted: wanted.repository } }),
    );
  }
  if (wanted.path !== undefined && path !== wanted.path) {
    const message = `the package is the directory ${quote(path)}, the policy says ${quote(wanted.path)}`;
    findings.push(refuted('SOURCE_PATH_DIFFERS', message, { evidence: { got: path, wanted: wanted.path } }));
  }
  return findings;
}

function judgeKind({ record, policy }: IdentityInput): Finding | undefined {
  const wanted = policy.packageKind;
  const got = record.package.kind;
  if (wanted === undefined || got === wanted) return undefined;
  const message = `the package is for ${got}, the policy says ${wanted}`;
  return refuted('PACKAGE_KIND_DIFFERS', message, { evidence: { got, wanted } });
}
