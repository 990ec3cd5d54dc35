import { attestationTypes, formatTimestamp, type JsonValue, predicateTypes, type ReleaseRecord } from '@release-capsule/schema';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import type { Verdict } from '../verify/verdict.ts';
import { type ReleaseSigner, summarisedClaims, summaryFactsField, summaryVerifierId } from './summary.ts';

/** What a summary says beside what its verdict knows. */
export interface MakeSummaryOptions {
  /** The stage that was verified for. */
  readonly stage: string;
  readonly timeVerified: Date;
  /** Of this verifier. */
  readonly version: string;
}

type AcceptedVerdict = Extract<Verdict, { readonly accepted: true }>;

const formURI = 'https://release-capsule.dev/schema/v1/policy.schema.json'; // what form the digested policy has

/**
 * Makes the in-toto statement that a capsule was verified: a SLSA verification summary with the capsule's manifest as
 * its only subject. No image is ever a subject: tools that ignore the predicate would take it for the image's signature.
 * Plain data, unsigned; only a verdict that accepts and that is enforced makes one.
 * Source: SLSA v1.1, verification_summary; in-toto Attestation Framework v1, Statement.
 * @throws {VerifyError} `OPTION_INVALID`, `SUMMARY_UNDESERVED`.
 */
export function makeSummary(verdict: Verdict, options: MakeSummaryOptions): Uint8Array {
  const shape = { stage: 'text', timeVerified: 'date', version: 'text' } as const;
  assertArguments({ verdict: { accepted: 'boolean', report: 'object' }, options: shape }, { verdict, options });
  if (!verdict.accepted) throw undeserved('the release is not accepted');
  if (!verdict.report.enforced) throw undeserved('the policy is in audit mode, which records a verdict and vouches for nothing');
  const { digest } = verdict.capsule.descriptor;
  const statement = {
    _type: attestationTypes.statement,
    subject: [{ digest: digestSet(digest) }],
    predicateType: predicateTypes.verificationSummary,
    predicate: predicateOf(verdict, options),
  };
  return Buffer.from(JSON.stringify(statement), 'utf8');
}

function undeserved(why: string): VerifyError {
  return new VerifyError('SUMMARY_UNDESERVED', `no summary is made: ${why}`, {
    hint: 'Only an accepted verdict under a policy of mode enforce has a summary.',
  });
}

function predicateOf(verdict: AcceptedVerdict, { stage, timeVerified, version }: MakeSummaryOptions): JsonValue {
  const { report, findings, capsule } = verdict;
  return {
    verifier: { id: summaryVerifierId, version: { 'release-capsule': version } },
    timeVerified: timestamp(timeVerified),
    resourceUri: resourceURI(capsule.record, capsule.descriptor.digest, report.capsule.repository),
    policy: { uri: formURI, digest: digestSet(report.policyDigest) },
    inputAttestations: attestationsOf(findings).map((digest) => ({ digest: digestSet(digest) })),
    verificationResult: 'PASSED',
    // Which SLSA level the builder has reached, no claim of ours asks.
    verifiedLevels: ['SLSA_BUILD_LEVEL_UNEVALUATED'],
    slsaVersion: '1.1',
    [summaryFactsField]: {
      stage,
      ...(capsule.record.image !== undefined && { image: { digest: digestSet(capsule.record.image.digest) } }),
      ...(report.freight !== undefined && { freight: report.freight }),
      claims: summarisedClaims.filter((claim) => isProven(findings, claim)),
      signers: unique(verdict.releaseSigners.map(describeSigner)),
    },
  };
}

function isProven(findings: readonly Finding[], claim: string): boolean {
  const found = findings.filter((finding) => finding.claim === claim);
  return found.length > 0 && found.every(({ state }) => state === 'proven');
}

/** The referrers that the proven claims rest on. */
function attestationsOf(findings: readonly Finding[]): readonly string[] {
  const used = findings.flatMap(({ state, evidence }) => {
    const referrers = evidence?.['referrers'];
    return state === 'proven' && Array.isArray(referrers) ? referrers.filter((digest) => typeof digest === 'string') : [];
  });
  return [...new Set(used)];
}

function describeSigner({ id, identity, signedAt }: ReleaseSigner): JsonValue {
  return { id, ...(identity !== undefined && { identity }), signedAt: signedAt.map(timestamp) };
}

/** Who signs capsule and image alike is named once. */
function unique(signers: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(signers.map((signer) => [JSON.stringify(signer), signer])).values()];
}

function timestamp(time: Date): string {
  return formatTimestamp(Math.floor(time.getTime() / 1000));
}

/**
 * Names the capsule as a package URL. A layout has no repository to name.
 * Source: package-url/purl-spec, types/oci-definition.json.
 */
function resourceURI({ name }: ReleaseRecord, digest: string, repository: string | undefined): string {
  const isRegistry = repository !== undefined && !repository.startsWith('oci:');
  const last = isRegistry ? repository.slice(repository.lastIndexOf('/') + 1) : name;
  const plain = `pkg:oci/${encodeURIComponent(last)}@${encodeURIComponent(digest)}`;
  return isRegistry ? `${plain}?repository_url=${encodeURIComponent(repository).replaceAll('%2F', '/')}` : plain;
}

function digestSet(digest: string): Readonly<Record<string, string>> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}
