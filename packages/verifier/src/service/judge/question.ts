import type { Freight } from '../../freight/freight.ts';
import type { ServedPolicy } from './served-policy.ts';

/** What a caller says of a release, to be held against the signed record. Nothing is believed because of it. */
export interface StatedRelease {
  readonly gitCommit?: string;
  readonly imageRepo?: string;
  readonly imageTag?: string;
  readonly imageDigest?: string;
  readonly packageKind?: string;
  readonly packagePath?: string;
  readonly packageDigest?: string;
  readonly capsuleDigest?: string;
}

/** What a caller asks: whether a Freight holds under the policy that serves its capsule. */
export interface Question {
  readonly served: ServedPolicy;
  readonly freight: Freight;
  /** What the caller states, by the name that it has in the request. */
  readonly stated: Readonly<Partial<Record<'release' | 'approved', StatedRelease>>>;
  /** For the audit line alone. */
  readonly stage?: string;
}
