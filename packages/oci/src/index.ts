export type { Descriptor, OciDigest } from './descriptor.ts';
export type {
  Fetcher,
  ListedReferrer,
  Pusher,
  ReadableStore,
  ReferrerBatcher,
  ReferrerLister,
  ReferrerSource,
  Store,
  TagCreator,
} from './ports.ts';
export { OciError, type OciErrorCode, type OciErrorOptions } from './errors.ts';
export { digestOf, isOciDigest, parseOciDigest } from './digest.ts';
export { isImageManifestType, isIndexType, isManifestType, manifestMediaTypes, mediaTypes } from './media-types.ts';
export { parseDescriptor } from './parse-descriptor.ts';
export { readBounded } from './read-bounded.ts';
export { isJsonObject, parseStrictJson, readJsonObject, type StrictJsonOptions } from './strict-json.ts';
export {
  contentOf,
  describeContent,
  maxMetadataBytes,
  pushBytes,
  readAll,
  type ReadAllOptions,
} from './content.ts';
export {
  parseAnyManifest,
  parseIndex,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
} from './manifest.ts';
export { formatReference, parseReference } from './reference/reference.ts';
export type { LayoutReference, Reference, RegistryReference } from './reference/reference-types.ts';
export { parseTag } from './reference/tag.ts';
export { MemoryStore } from './memory-store.ts';
export { Spool, type SpoolOptions } from './spool.ts';
export { pushTogether } from './push-together.ts';
export { addToSharedList, type ReadList, type SettleContext, settleDefaults, type SettlePolicy, type SharedList } from './shared-list.ts';
export { copyGraph, type CopyOptions, type CopySource } from './copy.ts';
export { openLayout, type OpenLayoutOptions } from './layout/open-layout.ts';
export type { LayoutStore } from './layout/layout-store.ts';
export type { LayoutLockOptions } from './layout/layout-lock.ts';
export { openRegistry, type RegistryStore } from './registry/registry-store.ts';
export type { Fetch, FetchInit, RegistryLocation, RegistryOptions, RegistryTimeouts, SentRequest } from './registry/options.ts';
export type { Credential, CredentialProvider } from './registry/credentials/credential-provider.ts';
export { type DockerCredentialsOptions, loadDockerCredentials } from './registry/credentials/docker-credentials.ts';
export { internalHost } from './registry/address.ts';
export type { InternalKind } from './registry/internal-address.ts';
export { registryApiHost } from './reference/registry-host.ts';
export { type HostList, hostList } from './registry/host-list.ts';
export type { Clock } from './registry/clock.ts';
export type { RetryPolicy } from './registry/retry.ts';
export type { Environment } from './registry/credentials/docker-config-file.ts';
export { makeDirectory } from './make-directory.ts';
export { isMissingFile } from './missing-file.ts';
export { openPrivateFile, privateFileFailed } from './private-file.ts';
export { absoluteEntries, absoluteSearchPath } from './search-path.ts';
