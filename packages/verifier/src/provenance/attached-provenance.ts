import type { Descriptor, Fetcher, ReadableStore, ReferrerLister } from '@release-capsule/oci';
import { parseDigest, predicateTypes } from '@release-capsule/schema';
import type { SignedBundle } from '../signature/bundle.ts';
import type { VerifySignersOptions } from '../signature/counted-signature.ts';
import { openLegacyTag } from '../signature/legacy/open-legacy-tag.ts';
import { listCandidates } from '../signature/list-candidates.ts';
import { type OpenedCandidate, openCandidates } from '../signature/open-candidates.ts';
import { defaultSearchLimits, type SearchLimits } from '../signature/search-limits.ts';
import { placeText } from '../signature/signature-place.ts';
import { parseStatement } from '../signature/statement.ts';
import { verifySigners } from '../signature/verify-signers.ts';
import { provenanceTypes } from './build-facts.ts';
import { type ExpectedBuild, judgeStatement } from './judge-statement.ts';
import type { ProvenanceOutcome } from './provenance-outcome.ts';
import { refuseProvenance } from './provenance-refusal.ts';

/** What attached provenance is looked for with. */
export interface AttachedProvenanceOptions extends VerifySignersOptions {
  readonly expected: ExpectedBuild;
  readonly limits?: SearchLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks through the referrers of a manifest for signed provenance, one after the other: GitHub's artifact attestations,
 * `cosign attest`, a capsule's own. One that fails hides no other.
 * Source: cosign v3.1.2, specs/BUNDLE_SPEC.md; actions/attest v3, `push-to-registry`.
 * @throws {VerifyError} `KEY_INVALID` where a key of the policy cannot be read.
 */
export async function* findAttachedProvenance(
  store: ReferrerLister & Fetcher,
  subject: Descriptor,
  options: AttachedProvenanceOptions,
): AsyncGenerator<ProvenanceOutcome, void, undefined> {
  const { limits = defaultSearchLimits, signal } = options;
  const predicateType = predicateTypes.provenance;
  const candidates = await listCandidates(store, subject, { maxListed: limits.maxListed, predicateType, signal });
  for await (const { referrer, content } of openCandidates(store, candidates, { subject, limits, signal })) {
    const result = await judge(content, subject, options);
    if (result !== undefined) yield { where: referrer ?? 'the list', result };
  }
}

/**
 * Looks through the attestations that cosign before version 3, and slsa-github-generator by it, keep under a tag of
 * their own, in the same way.
 * Source: cosign v2.6.4, specs/ATTESTATION_SPEC.md.
 * @throws {VerifyError} `KEY_INVALID` where a key of the policy cannot be read.
 */
export async function* findLegacyProvenance(
  store: Fetcher & Pick<ReadableStore, 'resolve'>,
  subject: Descriptor,
  options: AttachedProvenanceOptions,
): AsyncGenerator<ProvenanceOutcome, void, undefined> {
  const { limits = defaultSearchLimits, signal } = options;
  const opening = { kind: 'attestation', budget: { left: limits.maxBytes }, maxLayers: limits.maxOpened, signal } as const;
  for await (const { manifest, content } of openLegacyTag(store, subject, opening)) {
    const result = await judge(content, subject, options);
    if (result !== undefined) yield { where: `${manifest ?? 'the tag'} ${placeText('legacy-tag')}`, result };
  }
}

async function judge(
  content: OpenedCandidate['content'],
  subject: Descriptor,
  options: AttachedProvenanceOptions,
): Promise<ProvenanceOutcome['result'] | undefined> {
  if (content.kind === 'not-a-bundle') return undefined;
  if (content.kind === 'lookup-failure') return content;
  if (content.kind === 'refusal') return refuseProvenance('PROVENANCE_MALFORMED', `${content.code}: ${content.message}`);
  return judgeBundle(content, subject, options);
}

/** What a statement says is believed only once somebody has signed it; until then it may only choose what is looked at. */
async function judgeBundle(
  bundle: SignedBundle,
  { digest }: Descriptor,
  options: AttachedProvenanceOptions,
): Promise<ProvenanceOutcome['result'] | undefined> {
  const statement = parseStatement(bundle.payload);
  if (statement.kind === 'refusal') return refuseProvenance('PROVENANCE_MALFORMED', `${statement.code}: ${statement.message}`);
  if (!provenanceTypes.includes(statement.predicateType)) return undefined;
  const signed = await verifySigners(bundle, options);
  if (signed.kind === 'refusal') return refuseProvenance('PROVENANCE_UNTRUSTED', `${signed.code}: ${signed.message}`);
  const judged = judgeStatement(statement, parseDigest(digest), options.expected);
  return 'kind' in judged ? judged : { kind: 'accepted-provenance', facts: judged, by: signed.by };
}
