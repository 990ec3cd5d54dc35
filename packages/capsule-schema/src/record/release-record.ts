import type { Digest } from '../digest.ts';

/** The one version of the record that this library reads and writes. */
export const schemaVersion = 'release-capsule/v1';

/** The deploy tools whose packages a capsule can hold. */
export const packageKinds = ['kustomize', 'helm'] as const;
export type PackageKind = (typeof packageKinds)[number];

/** A name by which a package calls an image, as it is spelled there. */
export interface ImageName {
  readonly name: string;
  /** Absent if the name means the image under every tag. */
  readonly tag?: string | undefined;
}

/** Paths of a chart's values that set an image, keys joined by dots: its parts, or the whole reference. */
export type ImageValues =
  | {
      readonly repository: string;
      readonly tag?: string | undefined;
      readonly digest?: string | undefined;
      /** The value that stands before the repository; without it the repository is the whole name. */
      readonly registry?: string | undefined;
    }
  | { readonly image: string };

/** How a package names an image. */
export interface ImageNaming {
  /** Sorted by name, then tag; each once. */
  readonly names: readonly ImageName[];
  /** Only in a chart. */
  readonly values?: ImageValues | undefined;
}

/** How many names of one image a record holds. */
export const maxImageNames = 16;

/** The application image: the other half of the release. `names` is empty only in a chart that has `values`. */
export interface ReleaseImage extends ImageNaming {
  /** Registry and repository, no scheme, no tag: `ghcr.io/example/app`. */
  readonly repoURL: string;
  /** The image's tag; `git-<commit>` unless a policy says otherwise. */
  readonly tag: string;
  readonly digest: Digest;
}

/** Another image that the package may run, locked to a digest. */
export interface LockedImage extends Partial<ImageNaming> {
  readonly repoURL: string;
  readonly digest: Digest;
  readonly tag?: string;
}

/** Where the deploy package lies in the archive, and what it hashes to. */
export interface ReleasePackage {
  readonly kind: PackageKind;
  /** Exactly `package/<kind>`. */
  readonly path: string;
  /** in-toto's `dirHash` of the files below `path`. */
  readonly digest: Digest;
}

/** Paths of the metadata files in the archive. `metadata/` holds these and nothing else. */
export interface ReleaseMetadata {
  readonly provenancePath: string;
  readonly sbomPath: string;
  readonly sourceProofPath?: string;
}

/** A symbolic link that was packed as the file it points to. */
export interface DereferencedLink {
  /** Path of the link below `source.path`. */
  readonly path: string;
  /** The link's own text, as git stores it. */
  readonly target: string;
}

/** A packed file that is not from the commit. */
export interface SourceAddition {
  /** Path below `package.path`. */
  readonly path: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly reason: string;
}

/** Where the package came from. */
export interface ReleaseSource {
  /** Normalised: `https://host/path`, no user, no query, no `.git`. */
  readonly repoURL: string;
  /** Directory of the package at the commit, `.` for the repository's root. */
  readonly path: string;
  /** The git tree id of `path` at the commit; absent where the package was not packed from Git. */
  readonly tree?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly dereferenced: readonly DereferencedLink[];
  readonly additions: readonly SourceAddition[];
}

/**
 * What a capsule says about itself: the data of `release.yaml` and of the manifest's config.
 * Source: docs/format.md, "The release record".
 */
export interface ReleaseRecord {
  readonly schemaVersion: typeof schemaVersion;
  readonly name: string;
  /** 40 or 64 lower-case hexadecimal digits. */
  readonly gitCommit: string;
  /** Absent where the package only locks images. */
  readonly image?: ReleaseImage;
  readonly images: readonly LockedImage[];
  readonly package: ReleasePackage;
  readonly metadata: ReleaseMetadata;
  readonly source: ReleaseSource;
  readonly annotations: Readonly<Record<string, string>>;
}
