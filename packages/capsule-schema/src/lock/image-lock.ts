import type { Digest } from '../digest.ts';
import type { ImageNaming } from '../record/release-record.ts';

/** The name of a lock file, beside `capsule.yaml`. */
export const lockFileName = 'capsule.lock.yaml';

/** An image that a package may run, and the digest that it is locked to. */
export interface LockedImageEntry extends Partial<ImageNaming> {
  /** Registry and repository, no scheme, no tag. */
  readonly repository: string;
  /** The tag that the digest was found by. */
  readonly tag?: string;
  /** The digest; of the index, if the image is for several platforms. */
  readonly digest: Digest;
}

/** How the images were found. */
export interface LockRendering {
  /** The renderers, and their versions. */
  readonly by: { readonly kustomize?: string; readonly helm?: string };
  /** The Kubernetes version that was rendered for. */
  readonly kubeVersion?: string;
  /** Files of values beside the chart's own, from the repository's root. */
  readonly values?: readonly string[];
  /** Whether values were changed, to find out which of them set an image. */
  readonly probe?: true;
}

/** What `capsule.lock.yaml` says. Its JSON Schema is schema/capsule-lock.schema.json. */
export interface ImageLock {
  /** The application image, whose digest each release brings. Absent if the release has none. */
  readonly image?: ImageNaming & { readonly repository: string };
  /** Every other image that the package may run. */
  readonly images: readonly LockedImageEntry[];
  /** Absent if nothing was rendered. */
  readonly rendered?: LockRendering;
}
