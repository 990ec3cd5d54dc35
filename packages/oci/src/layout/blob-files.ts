import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor, OciDigest } from '../descriptor.ts';
import { digestAlgorithm, digestHex } from '../digest.ts';
import { OciError } from '../errors.ts';
import { verifiedStream, verifyContent } from '../verified-stream.ts';
import { writeChunk } from '../write-chunk.ts';
import { makeDirectory } from '../make-directory.ts';
import { fileChunks, openFile, syncDirectory } from './files.ts';
import { ingest } from './ingest.ts';
import { onDisk } from './storage-error.ts';

/**
 * Opens a blob of a layout as a stream that checks it while it is read.
 * @throws {OciError} `BLOB_UNKNOWN`, `LAYOUT_INVALID` where it is no regular file, `STORAGE_FAILED`.
 */
export async function openBlob(
  root: string,
  target: Descriptor,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const path = blobPath(root, target.digest);
  const file = await openFile(path);
  if (file !== undefined) return verifiedStream(target, fileChunks(file, path), signal);
  throw new OciError('BLOB_UNKNOWN', `the layout ${root} does not hold ${target.digest}`, {
    hint: 'Copy the content into the layout again.',
  });
}

/** Tells whether a layout holds a blob, whole and unchanged. */
export async function holdsBlob(root: string, target: Descriptor, signal?: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of await openBlob(root, target, signal)) signal?.throwIfAborted();
    return true;
  } catch (error) {
    // A link or a pipe in a blob's place is not the blob; writing the blob replaces it.
    if (error instanceof OciError && absent.has(error.code)) return false;
    throw error;
  }
}

const absent: ReadonlySet<string> = new Set(['BLOB_UNKNOWN', 'SIZE_MISMATCH', 'DIGEST_MISMATCH', 'LAYOUT_INVALID']);

/**
 * Writes a blob into a layout: it is checked while it is written, and appears under its digest whole or not at
 * all. Several processes may write the same blob at once.
 * @throws {OciError} `SIZE_MISMATCH`, `DIGEST_MISMATCH`, `STORAGE_FAILED`.
 */
export async function writeBlob(
  root: string,
  expected: Descriptor,
  options: { readonly content: AsyncIterable<Uint8Array>; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const path = blobPath(root, expected.digest);
  const directory = join(path, '..');
  await onDisk(`create ${directory}`, () => makeDirectory(directory));
  const doing = `write ${expected.digest} into ${root}`;
  await ingest(root, {
    mode: 0o444,
    doing,
    write: async (file) => {
      for await (const chunk of verifyContent(expected, options.content, options.signal)) {
        await onDisk(doing, () => writeChunk(file, chunk));
      }
    },
    // Replaces a damaged blob; over a good one it changes nothing, since both have the same bytes.
    place: (written) => rename(written, path),
  });
  await onDisk(doing, () => syncDirectory(directory));
}

/** Returns where a layout keeps a blob. Source: OCI image-spec v1.1.1, image-layout.md, "Blobs". */
export function blobPath(root: string, digest: OciDigest): string {
  return join(root, 'blobs', digestAlgorithm(digest), digestHex(digest));
}
