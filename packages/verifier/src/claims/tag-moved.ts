import { quote } from '@release-capsule/schema';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';

/** What looking a tag up has told. */
export type TagLookup =
  | { readonly kind: 'found'; readonly digest: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly message: string; readonly hint?: string };

/** What {@link judgeTagMoved} compares. */
export interface TagMovedInput {
  readonly tag: string;
  /** The digest of the capsule that was verified. */
  readonly digest: string;
  readonly lookup: TagLookup;
}

/** Judges TAG_MOVED: the tag still points at the capsule that was verified. A report only; the digest decides. */
export function judgeTagMoved({ tag, digest, lookup }: TagMovedInput): Finding {
  const evidence = { tag, wanted: digest };
  if (lookup.kind === 'failed') {
    const failure = `the tag ${quote(tag)} could not be looked up: ${lookup.message}`;
    return unknown('TAG_LOOKUP_FAILED', failure, { evidence, ...(lookup.hint !== undefined && { hint: lookup.hint }) });
  }
  if (lookup.kind === 'missing') return refuted('TAG_DELETED', `the tag ${quote(tag)} is gone`, { evidence });
  if (lookup.digest === digest) {
    return proven('TAG_UNMOVED', `the tag ${quote(tag)} still points at the capsule`, { evidence });
  }
  const message = `the tag ${quote(tag)} points at ${quote(lookup.digest)} now, the verified capsule is ${digest}`;
  return refuted('TAG_POINTS_ELSEWHERE', message, { evidence: { ...evidence, got: lookup.digest } });
}
