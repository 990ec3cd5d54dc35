import type { OciDigest } from '../descriptor.ts';

/** A place in an OCI image layout: `oci:DIRECTORY[:TAG|@DIGEST]`. */
export interface LayoutReference {
  readonly kind: 'layout';
  /** As it was written, without trailing slashes. */
  readonly directory: string;
  readonly tag?: string;
  readonly digest?: OciDigest;
}

/** A place in a registry: `REGISTRY/REPOSITORY[:TAG][@DIGEST]`. */
export interface RegistryReference {
  readonly kind: 'registry';
  /** Lower-case host, with its port where one is given; `docker.io` for all names of Docker Hub. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: OciDigest;
}

/** A place where manifests are kept, and optionally the tag or digest of one. */
export type Reference = LayoutReference | RegistryReference;
