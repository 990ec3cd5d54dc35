import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { mediaTypes, Spool } from '../../packages/oci/src/index.ts';
import { encodeTarHeader, typeFlags } from '../../packages/capsule-schema/src/archive/tar-header.ts';
import { gzipCanonical, parseEntryPath, writeArchive } from '../../packages/capsule-schema/src/index.ts';

const maxLayerBytes = 512 * 1024 * 1024; // four times Node: what is more is a mistake
const maxEntries = 10_000;

const limits = { maxFileBytes: maxLayerBytes, maxUnpackedBytes: maxLayerBytes, maxEntries };

// The epoch for all: a layer whose files are the same is the same layer, whatever release it belongs to.
const mtime = 0;

/**
 * Writes files as a layer into a store, in the archive format of capsules: sorted, owned by root, compressed alike
 * everywhere. That format has no directory that is empty or open to all: such `directories` come first.
 */
export async function writeLayer(store, { files, directories = [] }) {
  const uncompressed = createHash('sha256');
  const archive = hashed(archiveOf(files, directories), uncompressed);
  const spool = await Spool.fill(gzipCanonical(archive), { directory: tmpdir(), maxBytes: maxLayerBytes });
  try {
    const descriptor = { mediaType: mediaTypes.layerTarGzip, digest: spool.digest, size: spool.size };
    await store.push(descriptor, () => spool.read());
    return { descriptor, diffId: `sha256:${uncompressed.digest('hex')}` };
  } finally {
    await spool.close();
  }
}

async function* archiveOf(files, directories) {
  for (const { path, mode } of directories) {
    yield encodeTarHeader({ name: `${path}/`, mode, size: 0, mtime, typeFlag: typeFlags.directory });
  }
  yield* writeArchive(files.map(archiveFile), { mtime, limits });
}

function archiveFile({ path, executable = false, bytes }) {
  const content = async function* () {
    yield bytes;
  };
  return { path: parseEntryPath(path), size: bytes.byteLength, executable, content };
}

async function* hashed(chunks, hash) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
