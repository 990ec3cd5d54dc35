import type { Digest } from '@release-capsule/schema';
import type { TrustedRoot as RootMessage } from '@sigstore/protobuf-specs';

/** A Sigstore trusted root: certificate authorities, transparency logs and timestamp authorities with their periods. */
export interface TrustedRoot {
  /** Who says that it may be trusted: the public instance's TUF repository, or whoever wrote the file. */
  readonly source: 'public-good' | 'file';
  /** As the policy or a flag names it. For messages only. */
  readonly label: string;
  /** SHA-256 of the bytes that were read. */
  readonly digest: Digest;
  readonly message: RootMessage;
  /** When its TUF repository last vouched for it; absent for a file. */
  readonly fetchedAt?: Date;
}

/** Bound of a trusted root, in bytes: the public instance's has 7 KiB. */
export const maxTrustedRootBytes: number = 1024 * 1024;
