import type { CapsuleLimits } from '@release-capsule/schema';
import type { CapsuleCoordinates } from '../claims/capsule-digest.ts';
import type { FreightRelease } from '../freight/freight-image.ts';

/** Where the caller looks for the capsule. Nothing is believed because of it. */
export interface CapsuleReference {
  /** Registry and repository; absent where the store is a layout or in memory. */
  readonly repository?: string;
  /** `oci:DIRECTORY`, where the store is a layout; for the report alone. */
  readonly layout?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What a verification is doing, in order. */
export type VerifyStep = 'manifest' | 'signature' | 'layer';

/** How a capsule is verified. */
export interface VerifyOptions {
  /** The reference that the store was opened with; without it the Freight's own capsule or image tag is looked up. */
  readonly capsule?: CapsuleReference;
  /** The clock: signers have dates. */
  readonly now: () => Date;
  /** Where the layer is spooled. */
  readonly temporaryDirectory: string;
  readonly limits?: CapsuleLimits;
  readonly onProgress?: (step: VerifyStep) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Says what to look up: the digest that the Freight pins, else the caller's; the tag of the reference, of the Freight's
 * capsule, or of the image that carries the same.
 */
export function coordinatesOf(release: FreightRelease, reference: CapsuleReference = {}): CapsuleCoordinates {
  const tag = reference.tag ?? release.capsule?.tag ?? (isPinned(release, reference) ? undefined : release.image?.tag);
  return {
    ...(release.capsule?.digest !== undefined && { pinned: release.capsule.digest }),
    ...(reference.digest !== undefined && { requested: reference.digest }),
    ...(tag !== undefined && { tag }),
  };
}

function isPinned({ capsule }: FreightRelease, { digest }: CapsuleReference): boolean {
  return capsule?.digest !== undefined || digest !== undefined;
}

/** Lists the tags that a verification was asked for: the image's, and the capsule's from either side. */
export function tagsOf(
  release: FreightRelease,
  { tag }: CapsuleCoordinates,
): { readonly imageTag?: string; readonly capsuleTag?: string; readonly freightTag?: string } {
  return {
    ...(release.image?.tag !== undefined && { imageTag: release.image.tag }),
    ...(tag !== undefined && { capsuleTag: tag }),
    ...(release.capsule?.tag !== undefined && { freightTag: release.capsule.tag }),
  };
}
