import { metadataPaths, recordPath } from '../archive/capsule-layout.ts';
import { parseLayer } from '../archive/parse-layer.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import type { ManifestOutline } from '../manifest/read-manifest.ts';
import { gitObjectFormat } from '../proof/git-object.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import { isReferenceFile, maxReferenceFileBytes } from '../references/reference-files.ts';
import { ContentCollector, type ContentFile, type KeepRule } from './content-collector.ts';

/** What one pass over a capsule's layer tells. */
export interface CapsuleContent {
  /** Every file, in archive order. */
  readonly files: readonly ContentFile[];
  /** The bytes of the record, the metadata files, and the package's files that refer to others. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

/** What {@link readContent} must know beforehand. */
export interface ReadContentOptions {
  readonly record: ReleaseRecord;
  readonly manifest: Pick<ManifestOutline, 'createdAt' | 'layer'>;
  readonly limits?: CapsuleLimits;
  /** Overrides which files are kept in memory. */
  readonly keep?: KeepRule;
}

/**
 * Reads a layer once: parses the archive, hashes each file, keeps what later checks read.
 * @throws {SchemaError} those of {@link parseLayer}.
 */
export async function readContent(
  layer: AsyncIterable<Uint8Array>,
  { record, manifest, limits = defaultLimits, keep = keepForChecks(record, limits) }: ReadContentOptions,
): Promise<CapsuleContent> {
  const collector = new ContentCollector(gitObjectFormat(record.gitCommit), keep);
  await parseLayer(layer, collector, { mtime: manifest.createdAt, compressedBytes: manifest.layer.size, limits });
  return collector;
}

const maxMetadataBytes = 32 * 1024 * 1024; // an SBOM of a hundred thousand components

function keepForChecks(record: ReleaseRecord, limits: CapsuleLimits): KeepRule {
  const metadata = new Set(metadataPaths(record));
  return (path) => {
    if (path === recordPath) return limits.maxRecordBytes;
    if (metadata.has(path)) return maxMetadataBytes;
    if (path.startsWith(`${record.package.path}/`) && isReferenceFile(path)) return maxReferenceFileBytes;
    return undefined;
  };
}
