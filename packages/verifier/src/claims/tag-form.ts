import { commitOfTag, quote, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import { wrongPair } from '../findings/hints.ts';
import type { Policy } from '../policy/policy.ts';

/** What {@link judgeTagForm} compares. */
export interface TagFormInput {
  readonly record: ReleaseRecord;
  readonly tagRule: Policy['tagRule'];
  /** The tag of the Freight's application image, where it holds one. */
  readonly imageTag?: string | undefined;
  /** The tag by which the capsule was found, where it was. */
  readonly capsuleTag?: string | undefined;
  /** The tag of the Freight's capsule, where it holds one: stating another one must not talk it away. */
  readonly freightTag?: string | undefined;
}

/** Judges TAG_FORM: every tag that is stated is `git-<commit>`, and its commit is the record's. */
export function judgeTagForm({ record, tagRule, imageTag, capsuleTag, freightTag }: TagFormInput): readonly Finding[] {
  if (tagRule === 'any') return [proven('TAG_ANY', 'the policy lets tags have any form')];
  const stated: readonly StatedTag[] = [
    { whose: "the Freight's image", tag: imageTag, hint: wrongPair },
    { whose: 'the capsule', tag: capsuleTag },
    { whose: "the Freight's capsule", tag: freightTag === capsuleTag ? undefined : freightTag },
    { whose: "the record's image", tag: record.image?.tag },
  ].filter(({ tag }) => tag !== undefined && tag !== '');
  const commit = record.gitCommit;
  if (stated.length === 0) return [proven('TAG_ABSENT', 'nothing states a tag: the digest alone decided')];
  const findings = stated.flatMap((tag) => judgeTag(tag, commit));
  if (findings.length > 0) return findings;
  return [proven('TAG_NAMES_COMMIT', `every tag names the commit ${commit}`, { evidence: { commit } })];
}

interface StatedTag {
  readonly whose: string;
  readonly tag: string | undefined;
  /** What to do where it names another commit, if that is not what the code says. */
  readonly hint?: string;
}

function judgeTag({ whose, tag = '', hint }: StatedTag, wanted: string): readonly Finding[] {
  const commit = commitOfTag(tag);
  const evidence = { got: tag, wanted: `git-${wanted}` };
  if (commit === wanted) return [];
  if (commit === undefined) {
    return [refuted('TAG_NOT_A_COMMIT', `the tag of ${whose} is ${quote(tag)}, not git-<full commit>`, { evidence })];
  }
  const message = `the tag of ${whose} names ${commit}, the record ${wanted}`;
  return [refuted('TAG_OTHER_COMMIT', message, { evidence, ...(hint !== undefined && { hint }) })];
}
