import { type Descriptor, OciError } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import type { UnknownCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import { imageMissing } from '../findings/hints.ts';
import { storeHint } from '../findings/store-hint.ts';
import type { Policy, PolicySigner, ProvenancePolicy } from '../policy/policy.ts';
import { signerId, signerLabel } from '../policy/signer-id.ts';
import { findAttachedProvenance, findLegacyProvenance } from '../provenance/attached-provenance.ts';
import { findImageProvenance } from '../provenance/image-provenance.ts';
import type { AcceptedProvenance, ProvenanceOutcome } from '../provenance/provenance-outcome.ts';
import type { ProvenanceRefusalCode } from '../provenance/provenance-refusal.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import type { SignatureStore } from '../signature/find-signatures.ts';
import { failureOf, type LookupFailure } from '../signature/lookup-failure.ts';
import { refuseDate } from '../signature/refuse-date.ts';
import { isMissing } from './image-signature.ts';
import { deniedIdentities, withoutDenied } from './not-denied.ts';

/** What PROVENANCE is judged by. */
export interface ProvenanceOptions {
  readonly record: ReleaseRecord;
  readonly policy: Policy;
  /** Whose provenance counts, and by which builders. */
  readonly wanted: ProvenancePolicy;
  /** Whose signatures of the subject itself count: they vouch for what lies in it. */
  readonly signed: readonly CountedSignature[];
  readonly now: Date;
  /** Hears who vouches for the provenance that counts. */
  readonly onSigned?: ((by: readonly CountedSignature[]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges PROVENANCE: a signer of the policy attests that the subject was built from the repository and commit that
 * the record names, by a builder that counts. With it image, commit and package are one chain.
 */
export async function judgeProvenance(
  store: SignatureStore,
  subject: Descriptor,
  options: ProvenanceOptions,
): Promise<Finding> {
  const outcomes: ProvenanceOutcome[] = [];
  for await (const outcome of findProvenance(store, subject, options)) {
    outcomes.push(outcome);
    if (outcome.result.kind !== 'accepted-provenance') continue;
    options.onSigned?.(outcome.result.by);
    return accept(outcome.result, outcome, outcomes);
  }
  return conclude(subject, outcomes);
}

/**
 * Tells what it means for PROVENANCE that the image itself could not be looked up.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export function provenanceLookupFinding(error: unknown): Finding {
  if (!(error instanceof OciError)) throw error;
  if (isMissing(error)) {
    return refuted('PROVENANCE_MISSING', `the image is not there: ${error.message}`, { hint: imageMissing });
  }
  return unknown(unknownCodes[failureOf(error).code], `the image could not be looked up: ${error.message}`, storeHint(error));
}

async function* findProvenance(
  store: SignatureStore,
  subject: Descriptor,
  { record, policy, wanted, signed, now, signal }: ProvenanceOptions,
): AsyncGenerator<ProvenanceOutcome, void, undefined> {
  const signers = withoutDenied(wanted.signers, policy.deny);
  const expected = { repository: record.source.repoURL, commit: record.gitCommit, builders: wanted.builders };
  const verifying = { signers, root: policy.trustedRoot, denied: deniedIdentities(policy.deny), nowMs: now.getTime() };
  yield* findAttachedProvenance(store, subject, { ...verifying, expected, signal });
  // Who may sign the image may be more than who may say how it was built.
  const by = signed.filter((signature) => signers.some((counting) => meetsTerms(signature, counting, now)));
  if (by.length > 0) yield* findImageProvenance(store, subject, { expected, by, signal });
  yield* findLegacyProvenance(store, subject, { ...verifying, expected, signal });
}

/** Tells whether a signature that was judged by other terms, as the image's, meets those for whose provenance counts. */
function meetsTerms({ signer, signedAt, logged }: CountedSignature, counting: PolicySigner, now: Date): boolean {
  const { logEntries, timestamps, scts } = counting.evidence;
  const isVouchedFor = logged.length >= logEntries && signedAt.length >= timestamps && signer.evidence.scts >= scts;
  return signerId(counting) === signerId(signer) && isVouchedFor && refuseDate({ signer: counting, signedAt }, now.getTime()) === undefined;
}

function accept({ facts, by }: AcceptedProvenance, { where }: ProvenanceOutcome, outcomes: readonly ProvenanceOutcome[]): Finding {
  const [source] = facts.sources;
  const evidence = {
    where,
    signers: by.map(({ signer }) => signerLabel(signer)),
    builder: facts.builder,
    ...(source !== undefined && { repository: source.repository, commit: source.commits.join(', ') }),
    refused: describeRefused(outcomes),
  };
  return proven('PROVENANCE_VALID', "it was built from the release's repository and commit", { evidence });
}

// Of several refusals the one is reported that comes nearest to a provenance that counts.
const nearestFirst: readonly ProvenanceRefusalCode[] = [
  'PROVENANCE_COMMIT_DIFFERS',
  'PROVENANCE_SOURCE_DIFFERS',
  'PROVENANCE_BUILDER_DIFFERS',
  'PROVENANCE_OTHER_SUBJECT',
  'PROVENANCE_MISSING',
  'PROVENANCE_UNTRUSTED',
  'PROVENANCE_MALFORMED',
];

function conclude({ digest }: Descriptor, outcomes: readonly ProvenanceOutcome[]): Finding {
  const evidence = { refused: describeRefused(outcomes) };
  const failures = outcomes.map(({ result }) => result).filter((result) => result.kind === 'lookup-failure');
  const failure = failures.find(({ code }) => code !== 'SIGNATURE_INCOMPLETE') ?? failures[0];
  if (failure !== undefined) {
    const message = `the provenance of ${digest} could not be looked up: ${failure.message}`;
    return unknown(unknownCodes[failure.code], message, { evidence, ...(failure.hint !== undefined && { hint: failure.hint }) });
  }
  const refusals = outcomes.map(({ result }) => result).filter((result) => result.kind === 'provenance-refusal');
  const nearest = nearestFirst.flatMap((code) => refusals.filter((refusal) => refusal.code === code))[0];
  if (nearest === undefined) return refuted('PROVENANCE_MISSING', `${digest} has no provenance`, { evidence });
  return refuted(nearest.code, `the provenance of ${digest} ${nearest.message}`, { evidence });
}

/** How a failure to look is called where provenance was looked for. */
const unknownCodes: Readonly<Record<LookupFailure['code'], UnknownCode>> = {
  SIGNATURE_TOO_MANY: 'PROVENANCE_TOO_MANY',
  SIGNATURE_INCOMPLETE: 'PROVENANCE_INCOMPLETE',
  SIGNATURE_LOOKUP_FAILED: 'PROVENANCE_LOOKUP_FAILED',
  SIGNATURE_THROTTLED: 'PROVENANCE_THROTTLED',
  SIGNATURE_FORBIDDEN: 'PROVENANCE_FORBIDDEN',
  SIGNATURE_MISDIRECTED: 'PROVENANCE_MISDIRECTED',
};

function describeRefused(outcomes: readonly ProvenanceOutcome[]): readonly string[] {
  return outcomes.flatMap(({ where, result }) => {
    return result.kind === 'provenance-refusal' ? [`${where}: ${result.code}: ${result.message}`] : [];
  });
}
