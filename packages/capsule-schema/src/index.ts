export { type Digest, isDigest, parseDigest, sha256 } from './digest.ts';
export { SchemaError, type SchemaErrorCode, type SchemaErrorOptions } from './errors.ts';
export { type CapsuleLimits, defaultLimits, ratioFreeBytes } from './limits.ts';
export { type EntryPath, parseEntryPath } from './path/entry-path.ts';
export {
  type DereferencedLink,
  type LockedImage,
  type PackageKind,
  packageKinds,
  type ReleaseImage,
  type ReleaseMetadata,
  type ReleasePackage,
  type ReleaseRecord,
  type ReleaseSource,
  schemaVersion,
  type SourceAddition,
} from './record/release-record.ts';
