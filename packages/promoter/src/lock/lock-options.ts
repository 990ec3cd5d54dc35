import type { ShapeOf } from '@release-capsule/core';
import type { Digest, ImageLock, ImageName, ImageNaming, PackageKind } from '@release-capsule/schema';
import type { Renderer } from '../render/renderer.ts';

/** The version of Kubernetes that packages are rendered for where nothing else is said. */
export const defaultKubeVersion = '1.34.0';

/** What is known of the application image before anything is rendered. */
export interface StatedApplication extends Partial<ImageNaming> {
  readonly repository: string;
}

/** A file of values that is given beside a chart's own. */
export interface ValuesFile {
  /** As the lock says it: from the repository's root. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** A question that only a person can answer: which of these images are the application's. */
export interface ApplicationQuestion {
  readonly repository: string;
  /** `NAME`, or `NAME:TAG` where one name stands under several tags. */
  readonly choices: readonly string[];
}

/** How a package is locked. */
export interface LockOptions {
  readonly kind: PackageKind;
  /** Absent where the package only runs images of others. */
  readonly application?: StatedApplication | undefined;
  /** The lock there is: what it says of the application's names counts where the package still has them. */
  readonly previous?: ImageLock | undefined;
  /** The programs at hand. What they cannot render, the package's bytes have to show. */
  readonly renderers?: { readonly kustomize?: Renderer | undefined; readonly helm?: Renderer | undefined } | undefined;
  /** Why the program for this kind of package is not at hand. */
  readonly whyNotRendered?: string | undefined;
  /** The one directory that is rendered of a kustomize package; every one that nothing else refers to, where it is absent. */
  readonly entry?: string | undefined;
  readonly values?: readonly ValuesFile[] | undefined;
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[] | undefined;
  /** References that may leave the package, each by its exact text; a package with one is not rendered. */
  readonly allow?: { readonly references?: readonly string[] | undefined } | undefined;
  /** Finds the digest of an image; undefined leaves the image out. Absent: every image without a digest is left out. */
  readonly resolve?: ((image: TaggedImage) => Promise<Digest | undefined>) | undefined;
  /** Answers with some of the choices; absent, or without an answer, the question is an error. */
  readonly choose?: ((question: ApplicationQuestion) => Promise<readonly string[]>) | undefined;
  /** Where the package is written to; the system's place for temporary files by default. */
  readonly temporaryDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An image to find the digest of. */
export interface TaggedImage {
  /** Registry and repository in full. */
  readonly repository: string;
  readonly tag: string;
}

/** What does not stop a lock, and should be looked at. */
export interface LockWarning {
  readonly code: LockWarningCode;
  readonly message: string;
  readonly hint: string;
}

/** The codes of {@link LockWarning}. */
export type LockWarningCode =
  | 'FILES_UNTRACKED' // files that no commit has
  | 'NOT_RENDERED' // the images are those that the package's bytes show
  | 'COMPONENT_NOT_RENDERED'
  | 'NAMES_STATED' // a name that is stated, and was not seen
  | 'VALUES_UNKNOWN' // which values set the image was not found out
  | 'IMAGE_UNREADABLE' // what stands in an image field is no image
  | 'IMAGE_NOT_RESOLVED'; // an image that is not in the lock

/** A lock, and what should be said of it. */
export interface LockedPackage {
  readonly lock: ImageLock;
  readonly warnings: readonly LockWarning[];
}

/** An image as the package runs it, each spelling once. */
export interface RunImage extends ImageName {
  readonly digest?: string | undefined;
}

/** What of {@link LockOptions} is checked by its type alone. */
export const lockOptionsShape: ShapeOf<LockOptions> = {
  kind: 'text',
  'application?': { repository: 'text', 'names?': 'objects', 'values?': 'object' },
  'previous?': 'object',
  'renderers?': { 'kustomize?': ['render'], 'helm?': ['render'] },
  'whyNotRendered?': 'text',
  'entry?': 'text',
  'values?': 'objects',
  'kubeVersion?': 'text',
  'apiVersions?': 'texts',
  'allow?': { 'references?': 'texts' },
  'resolve?': 'function',
  'choose?': 'function',
  'temporaryDirectory?': 'text',
  'signal?': 'signal',
};
