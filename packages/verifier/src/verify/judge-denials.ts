import type { Descriptor } from '@release-capsule/oci';
import type { ReleaseRecord } from '@release-capsule/schema';
import { judgeNotDenied } from '../claims/not-denied.ts';
import type { Finding } from '../findings/finding.ts';
import type { FreightRelease } from '../freight/freight-image.ts';
import type { Policy } from '../policy/policy.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';

/** What the deny list is held against. */
export interface JudgeDenialsInput {
  readonly descriptor: Descriptor;
  readonly record: ReleaseRecord;
  readonly release: FreightRelease;
  readonly policy: Policy;
  /** The signatures that count. */
  readonly signed: readonly CountedSignature[];
  readonly now: Date;
}

/** Judges NOT_DENIED over everything that takes part in a release. */
export function judgeDenials(input: JudgeDenialsInput): readonly Finding[] {
  const { descriptor, record, release, policy, signed, now } = input;
  const images = [...(release.image === undefined ? [] : [release.image]), ...release.others];
  return judgeNotDenied({
    deny: policy.deny,
    capsuleDigest: descriptor.digest,
    imageDigests: images.map(({ digest }) => digest).filter((digest) => digest !== undefined),
    record,
    signed,
    nowMs: now.getTime(),
  });
}
