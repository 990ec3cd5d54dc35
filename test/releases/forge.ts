import { gunzipSync } from 'node:zlib';
import { type Descriptor, type MemoryStore, pushBytes } from '@release-capsule/oci';
import {
  type ArchiveEntry,
  ArchiveParser,
  capsuleMediaTypes,
  encodeManifest,
  formatRelease,
  gzipCanonical,
  packageDigest,
  parseCapsuleManifest,
  parseEntryPath,
  type ReleaseRecord,
  sha256,
  writeArchive,
} from '@release-capsule/schema';
import { bytesOf, storeCapsule } from './signing.ts';

/** A file in a capsule's archive. */
export interface ForgedFile {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** The files of a capsule by their path in the archive. */
export type ForgedFiles = Map<string, ForgedFile>;

/** What a forger changes of a capsule. */
export interface Forgery {
  /** Changes the files before record and package digest are made anew. */
  readonly files?: (files: ForgedFiles) => void;
  readonly record?: (record: ReleaseRecord) => ReleaseRecord;
  /** Changes the files once they would make a capsule of their own. */
  readonly lastFiles?: (files: ForgedFiles) => void;
  readonly createdAt?: number;
  /** The time of the archive's entries, where it shall not be the manifest's. */
  readonly mtime?: number;
  readonly layer?: (layer: Buffer) => Uint8Array;
  readonly keepsPackageDigest?: boolean;
}

/** Makes a capsule out of another one, as someone who holds the key and can write the format would. */
export async function forge(store: MemoryStore, capsule: Descriptor, forgery: Forgery): Promise<Descriptor> {
  const outline = parseCapsuleManifest(await bytesOf(store, capsule));
  const files = readFiles(await bytesOf(store, outline.layer), outline.createdAt);
  forgery.files?.(files);
  const changed = forgery.record?.(outline.record) ?? outline.record;
  const record = forgery.keepsPackageDigest === true ? changed : withPackageDigest(changed, files);
  files.set('release.yaml', { bytes: Buffer.from(formatRelease(record)), executable: false });
  forgery.lastFiles?.(files);
  const createdAt = forgery.createdAt ?? outline.createdAt;
  const layer = await writeLayer(files, forgery.mtime ?? createdAt);
  return storeCapsule(store, { record, createdAt, layer: forgery.layer?.(layer) ?? layer });
}

/** Stores a manifest of the capsule's layer with another record. */
export async function forgeRecord(
  store: MemoryStore,
  capsule: Descriptor,
  change: (record: ReleaseRecord) => ReleaseRecord,
): Promise<Descriptor> {
  const outline = parseCapsuleManifest(await bytesOf(store, capsule));
  const bytes = encodeManifest({ ...outline, record: change(outline.record) });
  return pushBytes(store, { mediaType: capsuleMediaTypes.manifest, bytes });
}

/** Reads the files of a layer. */
export function readFiles(layer: Uint8Array, mtime: number): ForgedFiles {
  const files: ForgedFiles = new Map();
  let chunks: Uint8Array[] = [];
  const parser = new ArchiveParser(
    {
      beginEntry: () => void (chunks = []),
      fileData: (chunk) => void chunks.push(Buffer.from(chunk)),
      endEntry: ({ path, kind, executable }: ArchiveEntry) => {
        if (kind === 'file') files.set(path, { bytes: Buffer.concat(chunks), executable });
      },
    },
    { mtime },
  );
  parser.write(gunzipSync(layer));
  parser.end();
  return files;
}

/** Writes files as a layer, as the packer does. */
export async function writeLayer(files: ForgedFiles, mtime: number): Promise<Buffer> {
  const sources = [...files].map(([path, { bytes, executable }]) => ({
    path: parseEntryPath(path),
    size: bytes.byteLength,
    executable,
    async *content() {
      yield bytes;
    },
  }));
  return Buffer.concat(await Array.fromAsync(gzipCanonical(writeArchive(sources, { mtime }))));
}

function withPackageDigest(record: ReleaseRecord, files: ForgedFiles): ReleaseRecord {
  const prefix = `${record.package.path}/`;
  const hashed = [...files]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, { bytes }]) => ({ path: path.slice(prefix.length), sha256: sha256(bytes).slice('sha256:'.length) }));
  return { ...record, package: { ...record.package, digest: packageDigest(hashed) } };
}
