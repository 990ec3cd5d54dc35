import { X509Certificate } from '@sigstore/core';
import { quote } from '@release-capsule/schema';
import type { Bundle } from '@sigstore/bundle';
import { VerificationError } from '@sigstore/verify';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import { refuse, type Refusal, type SignatureRefusalCode } from '../refusal.ts';
import { trustMaterialOf } from './trust-material.ts';

/** What a failed verification was about. */
export interface FailedVerification {
  readonly bundle: Bundle;
  readonly root: TrustedRoot;
}

type Explanation = readonly [pattern: RegExp, code: SignatureRefusalCode, message: string];

// What @sigstore/verify 4.1.3 says of each defect; a test makes every one of them.
const explanations: Readonly<Partial<Record<string, readonly Explanation[]>>> = {
  CERTIFICATE_ERROR: [
    [/^expected \d+ SCTs/, 'SIGNATURE_SCT_MISSING', 'is by a certificate that too few certificate transparency logs have seen'],
    [/SCT/, 'SIGNATURE_SCT_INVALID', 'is by a certificate whose SCT no log of the trusted root has made'],
    [/at the specified date/, 'SIGNATURE_CERTIFICATE_EXPIRED', 'was made when its certificate was not valid'],
  ],
  TIMESTAMP_ERROR: [
    [/^expected/, 'SIGNATURE_TIME_MISSING', 'has no proven time of signing'],
    [/./, 'SIGNATURE_TIMESTAMP_INVALID', 'has a timestamp that is not by an authority of the trusted root, or not within its validity'],
  ],
  TLOG_ERROR: [[/./, 'SIGNATURE_LOG_MISSING', 'is in fewer transparency logs than are asked for']],
  TLOG_BODY_ERROR: [[/./, 'SIGNATURE_LOG_OTHER_BYTES', 'has a log entry that is for other bytes']],
  TLOG_INCLUSION_PROMISE_ERROR: [
    [/./, 'SIGNATURE_LOG_PROMISE', 'has a log entry whose promise of inclusion is not by a log of the trusted root'],
  ],
  TLOG_MISSING_INCLUSION_ERROR: [[/./, 'SIGNATURE_LOG_PROOF', 'has a log entry without a proof that it is in the log']],
  TLOG_INCLUSION_PROOF_ERROR: [
    [/checkpoint/, 'SIGNATURE_LOG_CHECKPOINT', "has a log entry whose checkpoint is not signed by the entry's own log"],
    [/./, 'SIGNATURE_LOG_PROOF', 'has a log entry that is not in the log: the inclusion proof is wrong'],
  ],
  SIGNATURE_ERROR: [[/./, 'SIGNATURE_INVALID', 'does not verify with the key of its certificate']],
};

/** Puts what @sigstore/verify says of a bundle into a refusal with a code for each defect. */
export function explainRefusal(error: unknown, failed: FailedVerification): Refusal {
  if (!(error instanceof VerificationError)) return malformed(error);
  const text = textOf(error);
  const known = explanations[error.code]?.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return refuse(known[1], known[2]);
  return error.code === 'CERTIFICATE_ERROR' ? explainChain(failed) : malformed(error);
}

/** The library wraps the reason why the last authority did not fit. */
function textOf({ message, cause }: VerificationError): string {
  return cause instanceof Error ? cause.message : message;
}

// An authority that has issued the certificate, and that the root says was not in use then, is a root that is too old,
// or a signature from a key that was taken out of use. An authority that the root does not have is somebody else.
function explainChain({ bundle, root }: FailedVerification): Refusal {
  const { content } = bundle.verificationMaterial;
  if (content.$case !== 'certificate') return refuse('SIGNATURE_BY_KEY', 'is by a key, and the policy names an identity');
  const leaf = X509Certificate.parse(Buffer.from(content.certificate.rawBytes));
  const { certificateAuthorities } = trustMaterialOf(root);
  const isKnown = certificateAuthorities.some(({ certChain }) => certChain.some((issuer) => isIssuedBy(leaf, issuer)));
  return isKnown
    ? refuse('SIGNATURE_ROOT_OUTDATED', 'was made outside the period that the trusted root gives its certificate authority')
    : refuse('SIGNATURE_CERTIFICATE_UNTRUSTED', 'is by a certificate that no authority of the trusted root has issued');
}

function isIssuedBy(leaf: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return leaf.issuer.equals(issuer.subject) && leaf.verify(issuer);
  } catch {
    return false;
  }
}

function malformed(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : 'no reason given';
  return refuse('SIGNATURE_MALFORMED', `cannot be read: ${quote(reason)}`);
}
