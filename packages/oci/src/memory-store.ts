import { contentOf, gather, maxMetadataBytes } from './content.ts';
import type { Descriptor, OciDigest } from './descriptor.ts';
import { isOciDigest } from './digest.ts';
import { OciError } from './errors.ts';
import { withInlineContent } from './inline-content.ts';
import { parseAnyManifest } from './manifest.ts';
import { isManifestType } from './media-types.ts';
import type { ReferrerLister, Store, TagCreator } from './ports.ts';
import { parseTag } from './reference/tag.ts';
import { scanReferrers } from './referrers.ts';
import { verifiedStream } from './verified-stream.ts';

/** Keeps content, tags and referrers in memory. */
export class MemoryStore implements Store, TagCreator, ReferrerLister {
  readonly #content = new Map<OciDigest, Uint8Array>();
  readonly #manifests = new Map<OciDigest, Descriptor>();
  readonly #tags = new Map<string, OciDigest>();

  async fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    signal?.throwIfAborted();
    return verifiedStream(target, contentOf(this.#bytes(target.digest))(), signal);
  }

  async push(expected: Descriptor, content: () => AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const bytes = await this.#read(expected, content, signal);
    if (isManifestType(expected.mediaType)) {
      parseAnyManifest(bytes, expected.mediaType);
      this.#addManifest(expected);
    }
    this.#content.set(expected.digest, bytes);
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    signal?.throwIfAborted();
    const digest = isOciDigest(reference) ? reference : this.#tags.get(reference);
    const manifest = digest === undefined ? undefined : this.#manifests.get(digest);
    if (manifest === undefined) {
      throw new OciError('REFERENCE_UNKNOWN', `the store in memory has no manifest ${JSON.stringify(reference)}`);
    }
    const bytes = this.#bytes(manifest.digest);
    return bytes.length > maxMetadataBytes ? manifest : withInlineContent(manifest, bytes);
  }

  async exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    return this.#content.get(target.digest)?.length === target.size;
  }

  async tag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    parseAnyManifest(this.#bytes(target.digest), target.mediaType);
    this.#tags.set(parseTag(tag), target.digest);
    this.#addManifest(target);
  }

  async createTag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    const taken = this.#tags.get(parseTag(tag));
    if (taken !== undefined && taken !== target.digest) {
      throw new OciError('TAG_CONFLICT', `the tag ${tag} names ${taken}, wanted ${target.digest}`);
    }
    await this.tag(target, tag, signal);
  }

  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<Descriptor> {
    return scanReferrers(this, [...this.#manifests.values()], { subject: subject.digest, artifactType, signal });
  }

  async #read(
    expected: Descriptor,
    content: () => AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const known = this.#content.get(expected.digest);
    // Content of another length is read all the same: the check says what is wrong with it.
    if (known?.length === expected.size) return known;
    return gather(expected, { content: content(), maxBytes: Number.MAX_SAFE_INTEGER, signal });
  }

  #bytes(digest: OciDigest): Uint8Array {
    const bytes = this.#content.get(digest);
    if (bytes !== undefined) return bytes;
    throw new OciError('BLOB_UNKNOWN', `the store in memory does not hold ${digest}`);
  }

  #addManifest({ mediaType, digest, size }: Descriptor): void {
    this.#manifests.set(digest, { mediaType, digest, size });
  }
}
