import { quote, type ReleaseRecord } from '@release-capsule/schema';
import { releaseSigners } from '../policy/every-signer.ts';
import { matchesIdentity } from '../policy/identity-pattern.ts';
import type { Denial, Policy, PolicySigner, SummaryPolicy } from '../policy/policy.ts';
import { signerId } from '../policy/signer-id.ts';
import { refuseDate } from '../signature/refuse-date.ts';
import type { ReleaseSigner, Summary } from './summary.ts';
import { refuseSummary, type SummaryRefusal } from './summary-refusal.ts';

/** What a summary must be about. */
export interface WantedSummary {
  /** The capsule that is verified now. */
  readonly capsuleDigest: string;
  readonly record: ReleaseRecord;
  /** The name of the Freight that is promoted now; undefined where it has none. */
  readonly freight: string | undefined;
  readonly accepted: SummaryPolicy;
  readonly policy: Pick<Policy, 'capsule' | 'image' | 'deny'>;
  readonly nowMs: number;
}

/**
 * Tells why a summary is not the one that a policy accepts, or returns nothing: each thing that it says must be equal,
 * and not left out. Where the Freight has no name, the summary must name none.
 */
export function refuseOtherSummary(summary: Summary, wanted: WantedSummary): SummaryRefusal | undefined {
  const { accepted, record, freight } = wanted;
  if (summary.capsuleDigest !== wanted.capsuleDigest) {
    return refuseSummary('SUMMARY_OTHER_CAPSULE', `is of the capsule ${summary.capsuleDigest}, wanted ${wanted.capsuleDigest}`);
  }
  if (summary.policyDigest !== accepted.policyDigest) {
    return refuseSummary('SUMMARY_OTHER_POLICY', `is under the policy ${summary.policyDigest}, wanted ${accepted.policyDigest}`);
  }
  if (summary.stage !== accepted.stage) {
    return refuseSummary('SUMMARY_OTHER_STAGE', `is for the stage ${quote(summary.stage)}, wanted ${quote(accepted.stage)}`);
  }
  if (summary.imageDigest !== record.image?.digest) {
    return refuseSummary('SUMMARY_OTHER_IMAGE', `is with ${imageText(summary.imageDigest)}, wanted ${imageText(record.image?.digest)}`);
  }
  if (summary.freight !== freight) {
    return refuseSummary('SUMMARY_OTHER_FREIGHT', `is in ${freightText(summary.freight)}, wanted ${freightText(freight)}`);
  }
  if (summary.result !== 'PASSED') return refuseSummary('SUMMARY_NOT_PASSED', `says ${quote(summary.result)}, wanted PASSED`);
  return refuseReleaseSigners(summary, wanted);
}

// Somebody can be denied, or his last day set, after the earlier stage has let his release through.
function refuseReleaseSigners({ signers }: Summary, { policy, nowMs }: WantedSummary): SummaryRefusal | undefined {
  const denied = signers.find((signer) => policy.deny.some((denial) => denies(denial, signer)));
  if (denied !== undefined) {
    const message = `names ${quote(denied.identity ?? denied.id)} as a signer of the release, and the policy denies that signer`;
    return refuseSummary('SUMMARY_RELEASE_SIGNER_REFUSED', message);
  }
  const outside = signers.find((signer) => isOutsideDates(signer, policy, nowMs));
  if (outside === undefined) return undefined;
  const message = `names ${quote(outside.identity ?? outside.id)} as a signer of the release, outside the dates that the policy gives`;
  return refuseSummary('SUMMARY_RELEASE_SIGNER_REFUSED', message);
}

function denies({ what, value }: Denial, { id, identity }: ReleaseSigner): boolean {
  return what === 'signer' && (value === id || value === identity);
}

function isOutsideDates({ signedAt, ...named }: ReleaseSigner, policy: Pick<Policy, 'capsule' | 'image'>, nowMs: number): boolean {
  return releaseSigners(policy).some((signer) => isNamed(signer, named) && refuseDate({ signer, signedAt }, nowMs) !== undefined);
}

/** Tells whether a signer of this policy is meant. The earlier stage may have known the same person by another pattern. */
function isNamed(signer: PolicySigner, { id, identity }: Pick<ReleaseSigner, 'id' | 'identity'>): boolean {
  if (signerId(signer) === id) return true;
  return signer.kind === 'keyless' && identity !== undefined && matchesIdentity(signer.identity, identity);
}

function imageText(digest: string | undefined): string {
  return digest === undefined ? 'no application image' : `the image ${digest}`;
}

function freightText(name: string | undefined): string {
  return name === undefined ? 'a Freight without a name' : `the Freight ${quote(name)}`;
}
