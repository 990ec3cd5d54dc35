import { lstat, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { assertArguments } from '../assert-arguments.ts';
import { OciError } from '../errors.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import { writeChunk } from '../write-chunk.ts';
import { makeDirectory } from '../make-directory.ts';
import { readSmallFile, syncDirectory } from './files.ts';
import { indexPath, readIndexFile, replaceIndexFile } from './index-file.ts';
import { ingest, isIngestName } from './ingest.ts';
import { emptyLayoutIndex, maxIndexBytes } from './layout-index.ts';
import { defaultLayoutLock, withLayoutLock, type LayoutLockOptions } from './layout-lock.ts';
import { LayoutStore } from './layout-store.ts';
import { errnoOf, onDisk, storageError } from './storage-error.ts';

/** How to open a layout. */
export interface OpenLayoutOptions {
  /** Whether to create the layout if the directory is missing or empty; not by default. */
  readonly create?: boolean | undefined;
  readonly lock?: LayoutLockOptions;
  readonly signal?: AbortSignal;
}

const layoutVersion = '1.0.0';
const maxMarkerBytes = 4096; // `oci-layout` has 30

/**
 * Opens an OCI image layout. Without `create` nothing is written, neither now nor by any reading of the store.
 * Source: OCI image-spec v1.1.1, image-layout.md.
 * @throws {OciError} `OPTION_INVALID`; `REPOSITORY_UNKNOWN` where there is no layout, `LAYOUT_INVALID`, `LAYOUT_LOCKED`,
 * `STORAGE_FAILED`.
 */
export async function openLayout(directory: string, options: OpenLayoutOptions = {}): Promise<LayoutStore> {
  const shape = { 'create?': 'boolean', 'lock?': { waitMs: 'amount', abandonedMs: 'amount' }, 'signal?': 'signal' } as const;
  assertArguments({ directory: 'text', options: shape }, { directory, options });
  const lock = options.lock ?? defaultLayoutLock;
  if (!(await isLayout(directory))) {
    if (options.create !== true) throw unknownLayout(directory);
    await createLayout(directory, { ...lock, signal: options.signal });
  }
  await refuseLinkedDirectories(directory);
  await readIndexFile(directory);
  return new LayoutStore(directory, lock);
}

async function isLayout(root: string): Promise<boolean> {
  const path = join(root, 'oci-layout');
  const bytes = await readSmallFile(path, maxMarkerBytes);
  if (bytes === undefined) return false;
  const marker = parseMarker(bytes, path);
  if (isJsonObject(marker) && marker['imageLayoutVersion'] === layoutVersion) return true;
  throw new OciError('LAYOUT_INVALID', `${path} has not the imageLayoutVersion ${layoutVersion}`);
}

function parseMarker(bytes: Uint8Array, path: string): unknown {
  try {
    return parseStrictJson(bytes, path);
  } catch (cause) {
    throw new OciError('LAYOUT_INVALID', `${path} is not valid JSON`, { cause });
  }
}

/** Creates index first and marker last: what is no layout yet is completed by the next run. */
async function createLayout(
  root: string,
  options: LayoutLockOptions & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await onDisk(`create ${root}`, () => makeDirectory(root));
  await refuseForeignDirectory(root);
  await onDisk(`create ${root}`, () => makeDirectory(join(root, 'blobs', 'sha256')));
  await withLayoutLock(root, options, async (lock) => {
    const isThere = (await readSmallFile(indexPath(root), maxIndexBytes)) !== undefined;
    // An index that is there is read, so that a file which only has the name makes no layout.
    if (isThere) await readIndexFile(root);
    else await replaceIndexFile(root, emptyLayoutIndex, lock);
  });
  const marker = Buffer.from(JSON.stringify({ imageLayoutVersion: layoutVersion }));
  const doing = `create ${root}`;
  await ingest(root, {
    mode: 0o644,
    doing,
    write: (file) => onDisk(doing, () => writeChunk(file, marker)),
    place: (path) => rename(path, join(root, 'oci-layout')),
  });
  await onDisk(doing, () => syncDirectory(root));
}

/** Refuses to fill somebody's directory: only what an interrupted creation leaves may be there. */
async function refuseForeignDirectory(root: string): Promise<void> {
  const names = await onDisk(`list ${root}`, () => readdir(root));
  const foreign = names.find((name) => !isIngestName(name) && !ownNames.has(name));
  if (foreign === undefined) return;
  const message = `${root} is not an OCI image layout and not empty: it holds ${JSON.stringify(foreign)}`;
  throw new OciError('LAYOUT_INVALID', message, {
    hint: 'Name a layout, or a directory that does not exist yet.',
  });
}

const ownNames: ReadonlySet<string> = new Set([
  'oci-layout',
  'index.json',
  'index.json.lock',
  'index.json.lock.break',
  'blobs',
]);

/** Refuses links in place of the directories of blobs: they could lead anywhere. */
async function refuseLinkedDirectories(root: string): Promise<void> {
  for (const path of ['blobs', 'blobs/sha256', 'blobs/sha512'].map((name) => join(root, name))) {
    const stat = await lstat(path).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw storageError(`look at ${path}`, error);
    });
    if (stat !== undefined && !stat.isDirectory()) {
      throw new OciError('LAYOUT_INVALID', `${path} is not a directory`, {
        hint: 'A layout holds no links: they could lead out of it. Copy the layout with its links followed (cp -rL).',
      });
    }
  }
}

function unknownLayout(root: string): OciError {
  return new OciError('REPOSITORY_UNKNOWN', `there is no OCI image layout in ${root}`, {
    hint: 'Check the directory: a layout holds a file oci-layout.',
  });
}
