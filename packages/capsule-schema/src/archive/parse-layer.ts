import { defaultLimits, ratioFreeBytes } from '../limits.ts';
import { type ArchiveHandler, ArchiveParser, type ParseArchiveOptions } from './archive-parser.ts';
import { gunzipSingleMember } from './gzip-reader.ts';

const maxHeaderBytesAnEntry = 4096; // header, PAX header with a path of 1,024 bytes, padding

/** What {@link parseLayer} must know beforehand. */
export interface ParseLayerOptions extends ParseArchiveOptions {
  /** The layer's size in bytes, already checked against its descriptor. */
  readonly compressedBytes: number;
}

/**
 * Unpacks and parses a capsule's layer: one gzip member that holds one canonical archive within the limits.
 * @throws {SchemaError} those of {@link gunzipSingleMember} and {@link ArchiveParser}.
 */
export async function parseLayer(
  layer: AsyncIterable<Uint8Array>,
  handler: ArchiveHandler,
  options: ParseLayerOptions,
): Promise<void> {
  const parser = new ArchiveParser(handler, options);
  await gunzipSingleMember(layer, (chunk) => parser.write(chunk), { maxBytes: maxArchiveBytes(options) });
  parser.end();
}

function maxArchiveBytes({ compressedBytes, limits = defaultLimits }: ParseLayerOptions): number {
  const byRatio = Math.max(ratioFreeBytes, compressedBytes * limits.maxRatio);
  return Math.min(byRatio, limits.maxUnpackedBytes + limits.maxEntries * maxHeaderBytesAnEntry);
}
