import type { CapsuleCoordinates } from '../claims/capsule-digest.ts';
import type { Freight } from '../freight/freight.ts';
import { VerifyError } from '../errors.ts';
import { findRelease, type FreightRelease } from '../freight/freight-image.ts';
import { otherRepositoryText } from '../freight/other-repository.ts';
import type { Policy } from '../policy/policy.ts';
import type { CapsuleReference, VerifyOptions } from './verify-options.ts';

/** What is to be verified: which images the Freight means, and where the capsule is looked for. */
export interface VerifyRequest {
  readonly release: FreightRelease;
  readonly coordinates: CapsuleCoordinates;
  /** The repository that the store was opened with; absent for a layout, which has none to compare. */
  readonly located: { readonly capsuleRepository?: string };
  /** Where the capsule is looked for, for the report. */
  readonly place: string | undefined;
  /** The tags that were asked for: the image's, and the capsule's from either side. */
  readonly tags: { readonly imageTag?: string; readonly capsuleTag?: string; readonly freightTag?: string };
}

/**
 * Reads a request out of a Freight, a policy and the caller's reference. Whatever pins the capsule is the Freight's.
 * @throws {VerifyError} `IMAGE_AMBIGUOUS`, `CAPSULE_UNNAMED`.
 */
export function readRequest(freight: Freight, policy: Policy, { capsule: reference = {} }: VerifyOptions): VerifyRequest {
  const capsuleRepository = reference.repository ?? policy.capsule.repository;
  const release = findRelease(freight, {
    pairing: policy.pairing,
    ...(capsuleRepository !== undefined && { capsuleRepository }),
    ...(policy.image !== undefined && { imageRepository: policy.image.repository }),
  });
  const coordinates = coordinatesOf(release, reference);
  refuseOtherFreight(freight, policy, coordinates);
  const capsuleTag = reference.tag ?? coordinates.tag;
  return {
    release,
    coordinates,
    located: reference.repository === undefined ? {} : { capsuleRepository: reference.repository },
    place: reference.repository ?? reference.layout,
    tags: {
      ...(release.image?.tag !== undefined && { imageTag: release.image.tag }),
      ...(capsuleTag !== undefined && { capsuleTag }),
      ...(release.capsule?.tag !== undefined && { freightTag: release.capsule.tag }),
    },
  };
}

/** A Freight of another application names no capsule, and that it is another's is the reason. */
function refuseOtherFreight(freight: Freight, { capsule, image }: Policy, { pinned, requested, tag }: CapsuleCoordinates): void {
  const isNamed = pinned !== undefined || requested !== undefined || tag !== undefined;
  const reason = isNamed ? undefined : otherRepositoryText(freight, [capsule.repository, image?.repository]);
  if (reason === undefined) return;
  throw new VerifyError('CAPSULE_UNNAMED', reason, {
    hint: 'Promote a Freight of the application that the policy is about, or give the policy of the other.',
  });
}

/** The digest that the Freight pins, else its capsule's tag, else what the caller names, else the image's tag. */
function coordinatesOf(release: FreightRelease, { tag: given, digest }: CapsuleReference): CapsuleCoordinates {
  if (release.capsule?.tag !== undefined && release.capsule.digest === undefined) {
    return { ...(digest !== undefined && { requested: digest }), tag: release.capsule.tag, isTagPinned: true };
  }
  const isPinned = release.capsule?.digest !== undefined || digest !== undefined;
  const tag = given ?? release.capsule?.tag ?? (isPinned ? undefined : release.image?.tag);
  return {
    ...(release.capsule?.digest !== undefined && { pinned: release.capsule.digest }),
    ...(digest !== undefined && { requested: digest }),
    ...(tag !== undefined && { tag }),
  };
}
