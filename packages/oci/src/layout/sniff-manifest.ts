import { maxMetadataBytes } from '../content.ts';
import type { Descriptor, OciDigest } from '../descriptor.ts';
import { digestAlgorithm, digestOf } from '../digest.ts';
import { OciError } from '../errors.ts';
import { isManifestType } from '../media-types.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import { blobPath } from './blob-files.ts';
import { readSmallFile } from './files.ts';

/**
 * Describes a manifest that a layout holds without listing it, as the manifests of an index are held; returns
 * nothing where there is no such content, or it is no manifest.
 * @throws {OciError} `DIGEST_MISMATCH`, `LAYOUT_INVALID`, `STORAGE_FAILED`.
 */
export async function sniffManifest(root: string, digest: OciDigest): Promise<Descriptor | undefined> {
  const bytes = await readManifestSized(blobPath(root, digest));
  if (bytes === undefined) return undefined;
  const actual = digestOf(bytes, digestAlgorithm(digest));
  if (actual !== digest) {
    throw new OciError('DIGEST_MISMATCH', `the content of ${digest} in ${root} hashes to ${actual}`);
  }
  const mediaType = statedMediaType(bytes);
  return mediaType === undefined ? undefined : { mediaType, digest, size: bytes.length };
}

async function readManifestSized(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readSmallFile(path, maxMetadataBytes);
  } catch (error) {
    if (error instanceof OciError && error.code === 'LIMIT_EXCEEDED') return undefined; // a layer
    throw error;
  }
}

function statedMediaType(bytes: Uint8Array): string | undefined {
  try {
    const json = parseStrictJson(bytes, 'the content');
    const mediaType = isJsonObject(json) ? json['mediaType'] : undefined;
    return typeof mediaType === 'string' && isManifestType(mediaType) ? mediaType : undefined;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
