import type { Descriptor, OciDigest } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { parseDescriptor } from '../parse-descriptor.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import { mediaTypes } from '../media-types.ts';

/** The annotation that holds a tag. Source: OCI image-spec v1.1.1, annotations.md. */
export const refNameKey = 'org.opencontainers.image.ref.name';

/** The largest `index.json` that is read or written, in bytes: like any other index. */
export const maxIndexBytes: number = 4 * 1024 * 1024;

const maxEntries = 20_000; // about what fits into 4 MiB

/** One entry of `index.json`: what it says, and its JSON with whatever other tools have put there. */
interface LayoutEntry {
  readonly descriptor: Descriptor;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The manifests and tags of a layout. Source: OCI image-spec v1.1.1, image-layout.md, "index.json file". */
export interface LayoutIndex {
  readonly entries: readonly LayoutEntry[];
  /** The keys beside the manifests. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The index of a layout that holds nothing yet. */
export const emptyLayoutIndex: LayoutIndex = {
  entries: [],
  json: { schemaVersion: 2, mediaType: mediaTypes.imageIndex },
};

/**
 * Parses `index.json`. Keys that this library does not know are kept for {@link formatLayoutIndex}.
 * @throws {OciError} `LAYOUT_INVALID`.
 */
export function parseLayoutIndex(bytes: Uint8Array, path: string): LayoutIndex {
  try {
    return parse(bytes);
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw new OciError('LAYOUT_INVALID', `${path} is not a valid image index: ${cause.message}`, {
      hint: 'It was damaged, or written by another tool. Restore it, or copy the artifacts into a new layout.',
      cause,
    });
  }
}

/**
 * Writes `index.json`.
 * @throws {OciError} `LIMIT_EXCEEDED` where it would be larger than what can be read.
 */
export function formatLayoutIndex({ json, entries }: LayoutIndex): Uint8Array {
  const bytes = Buffer.from(JSON.stringify({ ...json, manifests: entries.map((entry) => entry.json) }));
  if (bytes.length <= maxIndexBytes && entries.length <= maxEntries) return bytes;
  const size = `${entries.length} entries in ${bytes.length} bytes`;
  throw new OciError('LIMIT_EXCEEDED', `index.json would have ${size}, wanted ${maxEntries} in ${maxIndexBytes}`, {
    hint: 'Use a new layout, one for each year for instance, or a registry.',
  });
}

/**
 * Finds the manifest that a tag names.
 * @throws {OciError} `LAYOUT_INVALID` where two entries have the tag: it cannot be known which one is meant.
 */
export function findTag(index: LayoutIndex, tag: string): Descriptor | undefined {
  const [found, another] = index.entries.filter((entry) => tagOf(entry) === tag);
  if (another === undefined) return found?.descriptor;
  throw new OciError('LAYOUT_INVALID', `index.json has the tag ${JSON.stringify(tag)} twice`, {
    hint: 'Refer to the manifest by digest, or remove one of the two entries from index.json.',
  });
}

/** Finds a manifest by its digest. */
export function findDigest(index: LayoutIndex, digest: OciDigest): Descriptor | undefined {
  return index.entries.find((entry) => entry.descriptor.digest === digest)?.descriptor;
}

/** Lists a manifest, without a tag; returns nothing where it is listed already. */
export function withManifest(index: LayoutIndex, manifest: Descriptor): LayoutIndex | undefined {
  if (findDigest(index, manifest.digest) !== undefined) return undefined;
  return { ...index, entries: [...index.entries, entryOf(manifest)] };
}

/**
 * Points a tag at a manifest; returns nothing where it does so already. A manifest that loses its only tag stays
 * listed, and with it what refers to it.
 * @throws {OciError} `LAYOUT_INVALID` where two entries have the tag.
 */
export function withTag(index: LayoutIndex, manifest: Descriptor, tag: string): LayoutIndex | undefined {
  if (findTag(index, tag)?.digest === manifest.digest) return undefined;
  const entries = index.entries.map((entry) => (tagOf(entry) === tag ? setTag(entry, undefined) : entry));
  const known = entries.find((entry) => entry.descriptor.digest === manifest.digest);
  return { ...index, entries: withoutRedundant([...entries, setTag(known ?? entryOf(manifest), tag)]) };
}

/**
 * Points a tag at a manifest as {@link withTag} does, unless it names another one.
 * @throws {OciError} `TAG_CONFLICT`, `LAYOUT_INVALID`.
 */
export function withNewTag(index: LayoutIndex, manifest: Descriptor, tag: string): LayoutIndex | undefined {
  const taken = findTag(index, tag);
  if (taken === undefined || taken.digest === manifest.digest) return withTag(index, manifest, tag);
  throw new OciError('TAG_CONFLICT', `the tag ${tag} names ${taken.digest}, wanted ${manifest.digest}`, {
    hint: 'Another writer has set the tag. Look which of the two is meant before you move it.',
  });
}

/** Leaves out entries without a tag where the manifest has one with a tag: they say nothing more. */
function withoutRedundant(entries: readonly LayoutEntry[]): readonly LayoutEntry[] {
  const tagged = new Set(entries.filter((entry) => tagOf(entry) !== undefined).map((entry) => entry.descriptor.digest));
  return entries.filter((entry) => tagOf(entry) !== undefined || !tagged.has(entry.descriptor.digest));
}

function tagOf({ descriptor }: LayoutEntry): string | undefined {
  return descriptor.annotations?.[refNameKey];
}

function setTag({ json }: LayoutEntry, tag: string | undefined): LayoutEntry {
  const { annotations, ...rest } = json;
  const others = Object.entries(annotations ?? {}).filter(([key]) => key !== refNameKey);
  const entries = tag === undefined ? others : [...others, [refNameKey, tag]];
  return toEntry(entries.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(entries) });
}

function entryOf(manifest: Descriptor): LayoutEntry {
  // A manifest may carry this annotation itself; taken over, it would set a tag that nobody asked for.
  return setTag(toEntry({ ...manifest }), undefined);
}

function toEntry(json: unknown, where = 'entry'): LayoutEntry {
  const descriptor = parseDescriptor(json, where);
  return { descriptor, json: isJsonObject(json) ? json : { ...descriptor } };
}

function parse(bytes: Uint8Array): LayoutIndex {
  const document = parseStrictJson(bytes, 'the file');
  if (!isJsonObject(document)) throw new OciError('MANIFEST_INVALID', 'it is not a JSON object');
  const { manifests, ...json } = document;
  if (json['schemaVersion'] !== 2) throw new OciError('MANIFEST_INVALID', 'it has not the schemaVersion 2');
  // Several tools leave the media type out of this one index, whose name says what it is.
  if (json['mediaType'] !== undefined && json['mediaType'] !== mediaTypes.imageIndex) {
    throw new OciError('MANIFEST_INVALID', `its media type is ${JSON.stringify(json['mediaType']).slice(0, 120)}`);
  }
  if (!Array.isArray(manifests)) throw new OciError('MANIFEST_INVALID', 'manifests is not a list');
  if (manifests.length > maxEntries) throw new OciError('LIMIT_EXCEEDED', `it has more than ${maxEntries} entries`);
  return { json, entries: manifests.map((item: unknown, at) => toEntry(item, `manifests[${at}]`)) };
}
