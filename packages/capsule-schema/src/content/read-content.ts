import type { ArchiveHandler } from '../archive/archive-parser.ts';
import { metadataPaths, recordPath } from '../archive/capsule-layout.ts';
import { parseLayer } from '../archive/parse-layer.ts';
import { type CapsuleLimits, defaultLimits } from '../limits.ts';
import type { ManifestOutline } from '../manifest/read-manifest.ts';
import { maxMetadataBytes } from '../metadata/metadata-json.ts';
import { gitObjectFormat } from '../proof/git-object.ts';
import type { ReleaseRecord } from '../record/release-record.ts';
import { ContentCollector, type ContentFile, type KeepRule } from './content-collector.ts';

/** What one pass over a capsule's layer tells. */
export interface CapsuleContent {
  /** Every file, in archive order. */
  readonly files: readonly ContentFile[];
  /** The bytes of the record and of the metadata files. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

/** What {@link readContent} must know beforehand. */
export interface ReadContentOptions {
  readonly record: ReleaseRecord;
  readonly manifest: Pick<ManifestOutline, 'createdAt' | 'layer'>;
  readonly limits?: CapsuleLimits;
  /** Overrides which files are kept in memory. */
  readonly keep?: KeepRule;
  /** Receives the entries as well, in the same pass. */
  readonly also?: ArchiveHandler;
}

/**
 * Reads a layer once: parses the archive, hashes each file, keeps what later checks read.
 * @throws {SchemaError} those of {@link parseLayer}.
 */
export async function readContent(
  layer: AsyncIterable<Uint8Array>,
  { record, manifest, limits = defaultLimits, keep = keepForChecks(record, limits), also }: ReadContentOptions,
): Promise<CapsuleContent> {
  const collector = new ContentCollector(gitObjectFormat(record.gitCommit), keep);
  const handler = also === undefined ? collector : inTurn(collector, also);
  await parseLayer(layer, handler, { mtime: manifest.createdAt, compressedBytes: manifest.layer.size, limits });
  return collector;
}

function keepForChecks(record: ReleaseRecord, limits: CapsuleLimits): KeepRule {
  const metadata = new Set(metadataPaths(record));
  return (path) => {
    if (path === recordPath) return limits.maxRecordBytes;
    if (metadata.has(path)) return maxMetadataBytes;
    return undefined;
  };
}

/** Hands every entry to two handlers. */
function inTurn(first: ArchiveHandler, second: ArchiveHandler): ArchiveHandler {
  return {
    beginEntry(entry) {
      first.beginEntry(entry);
      second.beginEntry(entry);
    },
    fileData(chunk) {
      first.fileData(chunk);
      second.fileData(chunk);
    },
    endEntry(entry) {
      first.endEntry(entry);
      second.endEntry(entry);
    },
  };
}
