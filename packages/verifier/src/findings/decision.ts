import type { Policy } from '../policy/policy.ts';
import { type ClaimName, claimNames } from './claim.ts';
import { type Finding, notJudged } from './finding.ts';

/**
 * How much a claim weighs. `always` and `required` ones must be proven (no policy waives the former); `reported` ones
 * never decide; `optional` ones need not be proven, but must not be refuted.
 */
export type Requirement = 'always' | 'required' | 'reported' | 'optional';

/** The weight of every claim. */
export type Requirements = Readonly<Record<ClaimName, Requirement>>;

/** What the findings amount to. `unknown`: nothing is refuted, yet something that is needed could not be told. */
export type Outcome = 'accepted' | 'refused' | 'unknown';

/** A decision, and the findings that stand in the way of acceptance. */
export interface Decision {
  readonly outcome: Outcome;
  readonly accepted: boolean;
  readonly blocking: readonly Finding[];
}

/** Says how much each claim weighs under a policy. Source: docs/verification.md, "The claims". */
export function requirementsOf(policy: Policy): Requirements {
  const onRequest = (asked: boolean): Requirement => (asked ? 'required' : 'optional');
  return {
    CAPSULE_DIGEST: 'always',
    MANIFEST_SHAPE: 'always',
    RECORD: 'always',
    FREIGHT_NAME: 'always',
    ARCHIVE: 'always',
    PACKAGE_PATH: 'always',
    PACKAGE_DIGEST: 'always',
    IDENTITY: 'required',
    TAG_FORM: 'required',
    PAIR: 'required',
    SIGNATURE: 'required',
    NOT_DENIED: 'required',
    SELF_CONTAINED: 'required',
    IMAGES: 'optional', // what a chart names is often not known before it is rendered
    SOURCE_PROOF: onRequest(policy.source !== undefined),
    TAG_MOVED: 'reported',
    IMAGE_SIGNATURE: onRequest((policy.image?.signers.length ?? 0) > 0),
    PROVENANCE: onRequest(policy.require.provenance),
    SBOM: onRequest(policy.require.sbom),
    LINEAGE: onRequest(policy.require.lineage),
    SUMMARY: 'reported', // where it does not hold, what it would stand for is judged directly
  };
}

/**
 * Decides what findings amount to. A claim that is needed and has no finding at all counts as unknown: a check that was
 * forgotten must not look like one that passed.
 */
export function decide(findings: readonly Finding[], requirements: Requirements): Decision {
  const missing = claimNames
    .filter((claim) => isNeeded(requirements[claim]) && !findings.some((finding) => finding.claim === claim))
    .map((claim) => notJudged(claim, 'nothing was found about it'));
  const blocking = [...findings, ...missing].filter((finding) => blocks(finding, requirements[finding.claim]));
  if (blocking.length === 0) return { outcome: 'accepted', accepted: true, blocking };
  const isRefused = blocking.some(({ state }) => state === 'refuted');
  return { outcome: isRefused ? 'refused' : 'unknown', accepted: false, blocking };
}

/**
 * Names the claims that stand in the way of acceptance, each once: what is refuted, or where nothing is, what could not be
 * told. What was left out because of them is not among them.
 */
export function stoppingClaims({ blocking }: Pick<Decision, 'blocking'>): readonly ClaimName[] {
  const refuted = blocking.filter(({ state }) => state === 'refuted');
  const untold = blocking.filter(({ code }) => !code.endsWith('_NOT_JUDGED'));
  const stopping = [refuted, untold].find((some) => some.length > 0) ?? blocking;
  return [...new Set(stopping.map(({ claim }) => claim))];
}

/** Tells whether a finding of a claim of this weight stands in the way of acceptance. */
export function blocks({ state }: Finding, requirement: Requirement): boolean {
  if (state === 'proven' || requirement === 'reported') return false;
  return state === 'refuted' || isNeeded(requirement);
}

/** Tells whether a claim of this weight must be proven. */
export function isNeeded(requirement: Requirement): boolean {
  return requirement === 'always' || requirement === 'required';
}
