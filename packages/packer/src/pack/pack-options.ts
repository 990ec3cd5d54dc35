import type { ShapeOf } from '@release-capsule/core';
import type { CapsuleLimits, ImageNaming, LockedImage, PackageKind, PinnedImage } from '@release-capsule/schema';
import type { PackWarning } from './pack-warning.ts';

/** What goes into a capsule besides what the source holds. */
export interface PackOptions {
  readonly name: string;
  /**
   * The application image; its tag is `git-<commit>` unless one is given. Absent if the package only locks images.
   * Names and values are needed only if neither the lock file nor the package's own files show them.
   */
  readonly image?: PinnedImage & Partial<ImageNaming>;
  /** Every other image that the package may run. */
  readonly images?: readonly LockedImage[];
  /** The lock file's path from the source's root, `capsule.lock.yaml` by default. The file is optional. */
  readonly lockPath?: string | undefined;
  /** The package's directory in the source, `.` for its root. */
  readonly packagePath: string;
  /** Found out from the files where it is not given. */
  readonly kind?: PackageKind;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Packs what a symbolic link points to, inside the package only. */
  readonly dereference?: boolean;
  /** Where the repository lives; wins over what the source knows. */
  readonly sourceURL?: string;
  /** Leaves `metadata/source-proof.json` out, which holds names, e-mail addresses and the commit message. */
  readonly omitSourceProof?: boolean;
  /** SPDX 2.3 or CycloneDX 1.5+ JSON, taken byte for byte; made where it is not given. */
  readonly sbom?: Uint8Array;
  /** An in-toto statement with SLSA provenance v1, taken byte for byte; made where it is not given. */
  readonly provenance?: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Exceptions, each for one thing. */
  readonly allow?: AllowedExceptions | undefined;
  readonly limits?: CapsuleLimits;
  /** The clock, for refusing commits from the future; the system's by default. */
  readonly now?: (() => Date) | undefined;
  /** Where temporary files are made; the system's place for them by default. */
  readonly temporaryDirectory?: string | undefined;
  readonly onProgress?: (step: PackStep) => void;
  /** Hears each warning when it is found: it may explain why packing then fails. */
  readonly onWarning?: (warning: PackWarning) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What is refused otherwise, each by name. */
export interface AllowedExceptions {
  /** References that may leave the package, each by its exact text. */
  readonly references?: readonly string[] | undefined;
  /** Values of Secrets that are no secrets, each `FILE#Kind/name/key`. */
  readonly secretValues?: readonly string[] | undefined;
}

/** What packing is doing, in order. */
export type PackStep = 'read' | 'hash' | 'compress' | 'check' | 'store';

/** What of {@link PackOptions} is checked by its type alone. */
export const packOptionsShape: ShapeOf<PackOptions> = {
  name: 'text',
  'image?': { repoURL: 'text', digest: 'text', 'tag?': 'text', 'names?': 'objects', 'values?': 'object' },
  'images?': 'objects',
  'lockPath?': 'text',
  packagePath: 'text',
  'kind?': 'text',
  'include?': 'texts',
  'exclude?': 'texts',
  'dereference?': 'boolean',
  'sourceURL?': 'text',
  'omitSourceProof?': 'boolean',
  'sbom?': 'bytes',
  'provenance?': 'bytes',
  'annotations?': 'text map',
  'allow?': { 'references?': 'texts', 'secretValues?': 'texts' },
  'limits?': 'object',
  'now?': 'function',
  'temporaryDirectory?': 'text',
  'onProgress?': 'function',
  'onWarning?': 'function',
  'signal?': 'signal',
};
