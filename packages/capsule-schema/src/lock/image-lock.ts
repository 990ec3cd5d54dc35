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
  /** Of the index, where the image is of several platforms. */
  readonly digest: Digest;
}

/** What the images were found out with. */
export interface LockRendering {
  /** The renderers, and their versions. */
  readonly by: { readonly kustomize?: string; readonly helm?: string };
  /** The Kubernetes version that was rendered for. */
  readonly kubeVersion?: string;
  /** Files of values beside the chart's own, from the repository's root. */
  readonly values?: readonly string[];
  /** Whether values were made up, to find what they set. */
  readonly probe?: true;
}

/** What `capsule.lock.yaml` says. Its JSON Schema is schema/capsule-lock.schema.json. */
export interface ImageLock {
  /** The application image, whose digest each release brings. Absent where there is none. */
  readonly image?: ImageNaming & { readonly repository: string };
  /** Every other image that the package may run. */
  readonly images: readonly LockedImageEntry[];
  /** Absent where nothing was rendered. */
  readonly rendered?: LockRendering;
}
