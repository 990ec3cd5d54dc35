import { contentOf, gather, maxMetadataBytes, readAll } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { isOciDigest } from '../digest.ts';
import { OciError } from '../errors.ts';
import { withInlineContent } from '../inline-content.ts';
import { parseAnyManifest } from '../manifest.ts';
import { isManifestType } from '../media-types.ts';
import type { ListedReferrer, ReferrerLister, Store, TagCreator } from '../ports.ts';
import { parseTag } from '../reference/tag.ts';
import { holdsBlob, openBlob, writeBlob } from './blob-files.ts';
import { checkAgreement } from './check-agreement.ts';
import { describeManifest } from './describe-manifest.ts';
import { readIndexFile, updateIndexFile } from './index-file.ts';
import { sweepIngest } from './ingest.ts';
import { findDigest, findTag, type LayoutIndex, withManifest, withNewTag, withTag } from './layout-index.ts';
import { sweepLock, type LayoutLockOptions } from './layout-lock.ts';
import { listLayoutReferrers } from './layout-referrers.ts';
import { sniffManifest } from './sniff-manifest.ts';

interface SetTagOptions {
  readonly change: (index: LayoutIndex, manifest: Descriptor, tag: string) => LayoutIndex | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Keeps content in an OCI image layout: a directory that any number of processes may read and write at once.
 * Blobs are checked against their digest whenever they are read. Blobs are written before the manifests that name
 * them, manifests before the index, each in one step: a process killed at any instant leaves nothing worse than
 * garbage, which later writers remove. Made by `openLayout`.
 * Source: OCI image-spec v1.1.1, image-layout.md.
 */
export class LayoutStore implements Store, TagCreator, ReferrerLister {
  readonly directory: string;
  readonly #lock: LayoutLockOptions;
  #swept: Promise<void> | undefined;

  constructor(directory: string, lock: LayoutLockOptions) {
    this.directory = directory;
    this.#lock = lock;
  }

  async fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    signal?.throwIfAborted();
    return openBlob(this.directory, target, signal);
  }

  /** Tells whether the layout holds this content, whole and unchanged: it reads all of it. */
  async exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    return holdsBlob(this.directory, target, signal);
  }

  async push(expected: Descriptor, content: () => AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#swept ??= this.#sweep();
    await this.#swept;
    if (isManifestType(expected.mediaType)) return this.#pushManifest(expected, content, signal);
    if (await this.exists(expected, signal)) return;
    await writeBlob(this.directory, expected, { content: content(), signal });
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    signal?.throwIfAborted();
    const found = await this.#find(reference);
    if (found === undefined) {
      const where = `${JSON.stringify(reference.slice(0, 160))} in the layout ${this.directory}`;
      throw new OciError('REFERENCE_UNKNOWN', `there is no manifest ${where}`);
    }
    const { mediaType, digest, size, artifactType } = found;
    const resolved = { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
    if (size > maxMetadataBytes) return resolved;
    const bytes = await readAll(this, resolved, { maxBytes: maxMetadataBytes, signal });
    if (isManifestType(mediaType)) checkAgreement(found, parseAnyManifest(bytes, mediaType));
    return withInlineContent(resolved, bytes);
  }

  async tag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    await this.#setTag(target, tag, { change: withTag, signal });
  }

  async createTag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    await this.#setTag(target, tag, { change: withNewTag, signal });
  }

  async *referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    signal?.throwIfAborted();
    const index = await readIndexFile(this.directory);
    yield* listLayoutReferrers(this, index, { subject: subject.digest, artifactType, signal });
  }

  async #setTag(target: Descriptor, tag: string, { change, signal }: SetTagOptions): Promise<void> {
    signal?.throwIfAborted();
    parseTag(tag);
    const { mediaType, digest, size } = target;
    const bytes = await readAll(this, { mediaType, digest, size }, { maxBytes: maxMetadataBytes, signal });
    const entry = describeManifest(target, bytes);
    await updateIndexFile(this.directory, (index) => change(index, entry, tag), { ...this.#lock, signal });
  }

  /** Removes what writers that were killed left behind. */
  async #sweep(): Promise<void> {
    await sweepIngest(this.directory);
    await sweepLock(this.directory, this.#lock);
  }

  async #find(reference: string): Promise<Descriptor | undefined> {
    const index = await readIndexFile(this.directory);
    if (!isOciDigest(reference)) return findTag(index, reference);
    return findDigest(index, reference) ?? (await sniffManifest(this.directory, reference));
  }

  async #pushManifest(
    expected: Descriptor,
    content: () => AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const isThere = await this.exists(expected, signal);
    const bytes = await gather(expected, {
      content: isThere ? await this.fetch(expected, signal) : content(),
      maxBytes: maxMetadataBytes,
      signal,
    });
    const entry = describeManifest(expected, bytes);
    if (!isThere) await writeBlob(this.directory, expected, { content: contentOf(bytes)(), signal });
    const options = { ...this.#lock, signal };
    await updateIndexFile(this.directory, (index) => withManifest(index, entry), options);
  }
}
