import { deniedIdentities, withoutDenied } from '../claims/not-denied.ts';
import { releaseSigners } from '../policy/every-signer.ts';
import type { Policy } from '../policy/policy.ts';
import { isNamedBy } from '../policy/same-signer.ts';
import type { SignedBundle } from '../signature/bundle.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { verifySigners } from '../signature/verify-signers.ts';
import { refuseOtherSummary, type WantedSummary } from './match-summary.ts';
import { parseSummary } from './parse-summary.ts';
import { refuseAge } from './refuse-age.ts';
import type { Summary } from './summary.ts';
import { refuseSummary, type SummaryRefusal } from './summary-refusal.ts';

/** What a summary is verified against. */
export interface VerifySummaryOptions extends WantedSummary {
  readonly policy: Policy;
}

/** A summary that a policy accepts, and who has signed it. */
export interface VerifiedSummary {
  readonly kind: 'verified-summary';
  readonly summary: Summary;
  readonly by: CountedSignature;
}

/**
 * Verifies that a bundle is a summary that the policy accepts: signed by one who may have verified and is none of the
 * release's own signers, about this very promotion, passed, and recent. Nothing it says is looked at before that
 * signature holds.
 * @throws {VerifyError} `KEY_INVALID` where the policy's own key cannot be read.
 */
export async function verifySummary(bundle: SignedBundle, options: VerifySummaryOptions): Promise<VerifiedSummary | SummaryRefusal> {
  const signed = await verifySummarySigner(bundle, options);
  if ('code' in signed) return signed;
  const summary = parseSummary(bundle.payload);
  if ('code' in summary) return summary;
  const { maxAgeMs } = options.accepted;
  const age = { timeVerified: summary.timeVerified, signedAt: signed.signedAt, maxAgeMs, nowMs: options.nowMs };
  const refusal = refuseOtherSummary(summary, options) ?? refuseAge(age);
  return refusal ?? { kind: 'verified-summary', summary, by: signed };
}

async function verifySummarySigner(
  bundle: SignedBundle,
  { accepted, policy, nowMs }: VerifySummaryOptions,
): Promise<CountedSignature | SummaryRefusal> {
  const release = releaseSigners(policy);
  const options = { root: policy.trustedRoot, denied: deniedIdentities(policy.deny), nowMs };
  const verified = await verifySigners(bundle, { ...options, signers: withoutDenied(accepted.signers, policy.deny) });
  if (verified.kind === 'signed') {
    const [by] = verified.by;
    if (by === undefined || verified.by.some((signed) => isReleaseSigner(signed, policy))) return byReleaseSigner;
    return by;
  }
  const released = await verifySigners(bundle, { ...options, signers: release });
  if (released.kind === 'signed') return byReleaseSigner;
  return refuseSummary('SUMMARY_UNTRUSTED', `is not by a signer of summary.signers: it ${verified.message}`);
}

const byReleaseSigner = refuseSummary('SUMMARY_BY_RELEASE_SIGNER', "is by one of the release's own signers");

/** Patterns of both kinds may overlap, and a policy made in code was never checked: who it is, the signature says. */
function isReleaseSigner({ signer, identity = '' }: CountedSignature, policy: Policy): boolean {
  return releaseSigners(policy).some((other) => {
    if (signer.kind === 'key') return other.kind === 'key' && other.fingerprint === signer.fingerprint;
    return other.kind === 'keyless' && isNamedBy(identity, signer.issuer, other);
  });
}
