import { quote, type ReleaseRecord } from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import type { Denial, PolicySigner } from '../policy/policy.ts';
import { signerLabel, signerNames } from '../policy/signer-id.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { refuseDate, stoppedTrusting, trustsFrom } from '../signature/refuse-date.ts';

/** What {@link judgeNotDenied} compares. */
export interface NotDeniedInput {
  readonly deny: readonly Denial[];
  readonly capsuleDigest: string;
  /** The digests of the Freight's images, other than the capsule. */
  readonly imageDigests: readonly string[];
  readonly record: ReleaseRecord;
  /** The signatures that counted. */
  readonly signed: readonly Pick<CountedSignature, 'signer' | 'signedAt'>[];
  /** The clock, in milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Judges NOT_DENIED: capsule, images, commit and signers are on no deny list, and the signers are within their dates.
 * Every image counts, those that the record only locks or the policy leaves open too: they run beside the application.
 */
export function judgeNotDenied({ deny, signed, nowMs, ...subjects }: NotDeniedInput): readonly Finding[] {
  const defects = [
    ...deny.flatMap((denial) => judgeDenial(denial, subjects)),
    ...signed.flatMap(({ signer }) => judgeSigner(signer, deny)),
    ...signed.flatMap((by) => judgeDates(by, nowMs)),
  ];
  if (defects.length > 0) return defects;
  if (deny.length > 0) return [proven('NOTHING_DENIED', `the release has no part that the policy denies (${deny.length} denied)`)];
  const isDated = signed.some(({ signer }) => signer.notBeforeMs !== undefined || signer.notAfterMs !== undefined);
  return isDated ? [proven('NOTHING_DENIED', 'the signers are within their dates')] : [proven('NO_DENIALS', 'the policy denies nothing')];
}

/**
 * Leaves the denied signers out of a list. To be done before signatures are looked for: else the signature of a
 * denied signer, found first, would hide that of a good one.
 */
export function withoutDenied(signers: readonly PolicySigner[], deny: readonly Denial[]): readonly PolicySigner[] {
  return signers.filter((signer) => judgeSigner(signer, deny).length === 0);
}

/** Lists the identities that are denied whatever pattern of the policy they match. */
export function deniedIdentities(deny: readonly Denial[]): readonly string[] {
  return deny.filter(({ what }) => what === 'signer').map(({ value }) => value);
}

type Subjects = Omit<NotDeniedInput, 'deny' | 'signed' | 'nowMs'>;

function judgeDenial({ what, value, reason }: Denial, subjects: Subjects): readonly Finding[] {
  const { capsuleDigest, imageDigests, record } = subjects;
  const why = `is denied: ${quote(reason)}`;
  const evidence = { denied: value, reason };
  if (what === 'capsule' && value === capsuleDigest) {
    return [refuted('CAPSULE_DENIED', `the capsule ${value} ${why}`, { evidence })];
  }
  if (what === 'commit' && value === record.gitCommit) {
    return [refuted('COMMIT_DENIED', `the commit ${value} ${why}`, { evidence })];
  }
  const images = [...imageDigests, record.image?.digest, ...record.images.map(({ digest }) => digest)];
  if (what === 'image' && images.includes(value)) {
    return [refuted('IMAGE_DENIED', `the image ${value} ${why}`, { evidence })];
  }
  return [];
}

function judgeSigner(signer: PolicySigner, deny: readonly Denial[]): readonly Finding[] {
  const names = signerNames(signer);
  return deny
    .filter(({ what, value }) => what === 'signer' && names.includes(value))
    .map(({ value, reason }) => {
      const message = `the signer ${quote(signerLabel(signer))} is denied: ${quote(reason)}`;
      return refuted('SIGNER_DENIED', message, { evidence: { denied: value, reason } });
    });
}

function judgeDates({ signer, signedAt }: Pick<CountedSignature, 'signer' | 'signedAt'>, nowMs: number): readonly Finding[] {
  const { notBeforeMs, notAfterMs } = signer;
  const name = signerLabel(signer);
  const refusal = refuseDate({ signer, signedAt }, nowMs);
  if (refusal?.code === 'SIGNATURE_TOO_EARLY' && notBeforeMs !== undefined) {
    const first = new Date(notBeforeMs).toISOString();
    const message = `the signer ${quote(name)}: ${trustsFrom(signer, notBeforeMs)}`;
    return [refuted('SIGNER_NOT_YET_VALID', message, { evidence: { first } })];
  }
  if (refusal?.code === 'SIGNATURE_EXPIRED' && notAfterMs !== undefined) {
    const last = new Date(notAfterMs).toISOString();
    return [refuted('SIGNER_RETIRED', `the signer ${quote(name)}: ${stoppedTrusting(signer, notAfterMs)}`, { evidence: { last } })];
  }
  return [];
}
