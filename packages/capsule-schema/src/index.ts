export { ArchiveParser, type ArchiveHandler, type ParseArchiveOptions } from './archive/archive-parser.ts';
export { checkLayout, recordPath } from './archive/capsule-layout.ts';
export type { ArchiveEntry } from './archive/entry-blocks.ts';
export { deflateBlockBytes, gzipCanonical } from './archive/gzip-writer.ts';
export { type HashedFile, packageDigest } from './archive/package-digest.ts';
export { parseLayer, type ParseLayerOptions } from './archive/parse-layer.ts';
export type { ArchiveFile } from './archive/plan-entries.ts';
export { checkTime, writeArchive, type WriteArchiveOptions } from './archive/write-archive.ts';
export { assertContent } from './content/assert-content.ts';
export { checkPackageDigest } from './content/check-package-digest.ts';
export { checkPackageKind } from './content/check-package-kind.ts';
export { checkRecordFile } from './content/check-record-file.ts';
export type { ContentFile } from './content/content-collector.ts';
export { packageFiles } from './content/package-files.ts';
export { type CapsuleContent, readContent, type ReadContentOptions } from './content/read-content.ts';
export { type Digest, isDigest, parseDigest, sha256 } from './digest.ts';
export { keyFingerprint } from './key-fingerprint.ts';
export { SchemaError, type SchemaErrorCode, type SchemaErrorOptions } from './errors.ts';
export { findImages, type FindImagesOptions, type FoundImage } from './images/find-images.ts';
export { type ImageField, imageFields } from './images/image-fields.ts';
export type { ImagePin } from './images/image-pins.ts';
export { formatImageText, type ImageText, isImageName, isImageTag, normaliseImageName, parseImageText } from './images/image-text.ts';
export { type ImageFiles, ImageNameCollector, imageNamesIn, mayNameImages, type NamedImages } from './images/name-images.ts';
export { pinImages, type PinImagesOptions, type PinnedText } from './images/pin-images.ts';
export type { ImageMention, PinnedPlace } from './images/plan-pins.ts';
export type { RenderedObject } from './images/rendered-object.ts';
export type { NamedImage } from './images/shown-names.ts';
export { canonicalJson, type JsonValue } from './json/canonical-json.ts';
export { type CapsuleLimits, defaultLimits, ratioFreeBytes } from './limits.ts';
export { type CapsuleManifest, encodeConfig, encodeManifest } from './manifest/encode-manifest.ts';
export { checkManifest, type ManifestOutline, parseCapsuleManifest, readManifest } from './manifest/read-manifest.ts';
export { formatTimestamp, parseTimestamp } from './manifest/timestamp.ts';
export { type RecognisedProvenance, recogniseProvenance } from './metadata/recognise-provenance.ts';
export { recogniseSbom, type SbomFormat } from './metadata/recognise-sbom.ts';
export { readSbomSubjects, type SbomSubjects } from './metadata/sbom-subjects.ts';
export { attestationTypes, capsuleMediaTypes, predicateTypes } from './media-types.ts';
export {
  type AmbiguousName,
  compareNames,
  isNamed,
  isSameImageName,
  isValuesOf,
  type NamedRelease,
  type NamedRepository,
  type NamesComparison,
} from './naming/compare-names.ts';
export { parseCapsuleName } from './names/capsule-name.ts';
export { parsePinnedImage, parseRepository, type PinnedImage } from './names/image-reference.ts';
export { commitOfTag, parseCommit, releaseTag } from './names/release-tag.ts';
export { compareUtf8 } from './path/compare-bytes.ts';
export { type EntryPath, parseEntryPath } from './path/entry-path.ts';
export { type PathPredicate, selectPaths } from './path/glob.ts';
export { PathSet } from './path/path-set.ts';
export { buildSourceProof, type SourceProofInput } from './proof/build-source-proof.ts';
export { checkSourceProof, type SourceProofEvidence, type SourceProofResult } from './proof/check-source-proof.ts';
export type { PackedFile, SourceProofSubject } from './proof/source-proof-subject.ts';
export { type GitCommit, maxCommitBytes, parseGitCommit } from './proof/git-commit.ts';
export {
  type GitBlobHasher,
  gitBlobHasher,
  type GitObjectFormat,
  gitObjectFormat,
  type GitObjectType,
  hashGitObject,
} from './proof/git-object.ts';
export { type GitEntryKind, type GitTreeEntry, maxTreeBytes, parseGitTree } from './proof/git-tree.ts';
export type { SourceProofReason, SourceProofReasonCode } from './proof/proof-reasons.ts';
export { maxLinkBytes, type ResolvedLink, resolveSourceLink, type SourceLink } from './proof/source-link.ts';
export { type ListedEntry, listSource, type SourceListing, type SourcePatterns } from './proof/source-walk.ts';
export { findGitEntry, type LinkRequest, type LinkText, type TreeRequest, type TreeWalk } from './proof/tree-walk.ts';
export { parseSourceProof, type SourceProof } from './proof/source-proof.ts';
export { formatImageLock } from './lock/format-image-lock.ts';
export { type ImageLock, type LockedImageEntry, lockFileName, type LockRendering } from './lock/image-lock.ts';
export { maxLockBytes, parseImageLock } from './lock/parse-image-lock.ts';
export { compareImageNames } from './record/check-naming.ts';
export { formatRelease } from './record/format-release.ts';
export { parseReleaseConfig, parseReleaseRecord, parseReleaseYaml } from './record/parse-release.ts';
export {
  type DereferencedLink,
  type ImageName,
  type ImageNaming,
  type ImageValues,
  type LockedImage,
  maxImageNames,
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
export { printableText, quote, quoteWhole } from './quote.ts';
export { editDistance } from './defects/edit-distance.ts';
export { findingLines, type PackageFinding } from './defects/package-finding.ts';
export { describeSchemaErrors, type SchemaViolation } from './defects/schema-errors.ts';
export { normaliseSourceUrl } from './record/source-url.ts';
export { findOutsideReferences } from './profile/find-outside-references.ts';
export { exceptionOf, notAllowed, type OutsideReason, type OutsideReference, type PackageFiles } from './profile/outside-reference.ts';
export { hasCredentials, redactCredentials } from './profile/reference-credentials.ts';
export { isKustomization, maxJudgedFileBytes } from './profile/reference-files.ts';
export {
  legacyAnnotations,
  type LegacyKind,
  legacyLayerTypes,
  legacyTag,
  simpleSigningType,
} from './signature/legacy-signature.ts';
export { preAuthEncoding } from './signature/pre-auth-encoding.ts';
export { parseYaml, type ParseYamlOptions } from './yaml/parse-yaml.ts';
