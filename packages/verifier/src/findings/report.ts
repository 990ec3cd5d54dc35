import type { ReleaseImage, ReleaseRecord } from '@release-capsule/schema';
import type { ClaimName } from './claim.ts';
import type { Outcome } from './decision.ts';
import type { Finding } from './finding.ts';

/** The one version of the verdict's JSON. */
export const verdictVersion = 'release-capsule/v1';

/** What was verified, as far as it is known. */
export interface ReportedCapsule {
  readonly digest?: string;
  /** Registry and repository, or the layout's reference. */
  readonly repository?: string;
  readonly tag?: string;
}

/** The release that the capsule's record names. It is what the capsule says: true only where `accepted` is. */
export interface ReportedRelease {
  readonly name: string;
  readonly gitCommit: string;
  readonly image?: ReleaseImage;
  readonly package: ReleaseRecord['package'];
}

/** A verdict as `--json` prints it. Its JSON Schema is schema/verdict.schema.json. */
export interface VerdictReport {
  readonly schemaVersion: typeof verdictVersion;
  readonly accepted: boolean;
  readonly outcome: Outcome;
  /** False in audit mode, where the verdict is recorded and nothing is stopped. */
  readonly enforced: boolean;
  /** In audit mode alone: the claims for which enforcing would not have accepted; none where it would have. */
  readonly wouldStop?: readonly ClaimName[];
  readonly capsule: ReportedCapsule;
  readonly release?: ReportedRelease;
  /** Fingerprints or identities of the policy's signers whose signatures counted. */
  readonly signers: readonly string[];
  /** The Freight's name. */
  readonly freight?: string;
  readonly policyDigest: string;
  readonly findings: readonly Finding[];
}

/** What {@link reportVerdict} puts together. */
export interface ReportInput {
  readonly outcome: Outcome;
  readonly enforced: boolean;
  /** The claims that stand in the way of acceptance. */
  readonly stoppedBy: readonly ClaimName[];
  readonly capsule: ReportedCapsule;
  readonly record?: ReleaseRecord;
  readonly signers: readonly string[];
  readonly freightName?: string;
  readonly policyDigest: string;
  readonly findings: readonly Finding[];
}

/** Puts a verdict into the plain data that `--json` prints. */
export function reportVerdict(input: ReportInput): VerdictReport {
  const { outcome, enforced, stoppedBy, capsule, record, signers, freightName, policyDigest, findings } = input;
  return {
    schemaVersion: verdictVersion,
    accepted: outcome === 'accepted',
    outcome,
    enforced,
    ...(!enforced && { wouldStop: stoppedBy }),
    capsule,
    ...(record !== undefined && { release: summarise(record) }),
    signers,
    ...(freightName !== undefined && { freight: freightName }),
    policyDigest,
    findings,
  };
}

function summarise({ name, gitCommit, image, package: deployPackage }: ReleaseRecord): ReportedRelease {
  return { name, gitCommit, ...(image !== undefined && { image }), package: deployPackage };
}
