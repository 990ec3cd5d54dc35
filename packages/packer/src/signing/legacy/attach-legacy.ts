import {
  type Descriptor,
  maxMetadataBytes,
  mediaTypes,
  OciError,
  pushBytes,
  readAll,
  type Store,
  type TagCreator,
} from '@release-capsule/oci';
import { legacyAnnotations, legacyLayerTypes, legacyTag, parseDigest } from '@release-capsule/schema';
import { PackError } from '../../errors.ts';
import type { LegacyLayer } from './legacy-layer.ts';
import { type LegacyManifest, legacyConfig, legacyManifest, parseLegacyManifest } from './legacy-manifest.ts';

const configType = 'application/vnd.oci.image.config.v1+json';
const maxTries = 5; // each lost update means that somebody else's was kept

/**
 * Adds a legacy signature to those under the tag `sha256-<hex>.sig`, none of which is lost: what is there is read, added
 * to, and the tag read again after it is set. Returns the manifest that the tag names then.
 * A writer that read before we wrote can still overwrite us later: no such tag can rule that out.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Storage".
 * @throws {PackError} `TAG_LOST` where others win again and again; {OciError} what the store throws.
 */
export async function attachLegacy(
  store: Store | (Store & TagCreator),
  subject: Descriptor,
  layer: LegacyLayer,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const tag = legacyTag(parseDigest(subject.digest), 'signature');
  const { payload: bytes, annotations } = layer;
  const blob = { ...(await pushBytes(store, { mediaType: legacyLayerTypes.signature, bytes }, signal)), annotations };
  for (let tried = 0; tried <= maxTries; tried += 1) {
    const before = await readTagged(store, tag, signal);
    if (before?.manifest.layers.some((entry) => isSame(entry, blob)) === true) return before.descriptor;
    if (tried === maxTries) break;
    const after = await pushManifest(store, { before: before?.manifest, layer: blob }, signal);
    await setTag(store, after, { tag, isNew: before === undefined }, signal);
  }
  throw new PackError('TAG_LOST', `the tag ${tag} lost our signature ${maxTries} times to other writers`, {
    hint: 'Others sign the same manifest at the same time; try again.',
  });
}

interface Tagged {
  readonly descriptor: Descriptor;
  readonly manifest: LegacyManifest;
}

async function readTagged(store: Store, tag: string, signal: AbortSignal | undefined): Promise<Tagged | undefined> {
  const descriptor = await store.resolve(tag, signal).catch(noneIfUnknown);
  if (descriptor === undefined) return undefined;
  const bytes = await readAll(store, descriptor, { maxBytes: maxMetadataBytes, signal });
  return { descriptor, manifest: parseLegacyManifest(bytes, tag) };
}

function noneIfUnknown(error: unknown): undefined {
  if (error instanceof OciError && (error.code === 'REFERENCE_UNKNOWN' || error.code === 'REPOSITORY_UNKNOWN')) return undefined;
  throw error;
}

/** Payloads of one repository are all alike: the signature tells layers apart. */
function isSame(one: Pick<LegacyLayer, 'annotations'>, other: Pick<LegacyLayer, 'annotations'>): boolean {
  return one.annotations[legacyAnnotations.signature] === other.annotations[legacyAnnotations.signature];
}

async function pushManifest(
  store: Store,
  { before, layer }: { readonly before: LegacyManifest | undefined; readonly layer: Descriptor },
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const layers = [...(before?.layers ?? []).map(({ json }) => json), layer];
  const digests = [...(before?.layers ?? []).map(({ digest }) => digest), layer.digest];
  const config = await pushBytes(store, { mediaType: configType, bytes: legacyConfig(digests) }, signal);
  const bytes = legacyManifest({ config, layers, annotations: before?.annotations });
  return pushBytes(store, { mediaType: mediaTypes.imageManifest, bytes }, signal);
}

interface TagStep {
  readonly tag: string;
  readonly isNew: boolean;
}

/** Where the store can hold writers apart, the second of two that found nothing reads again. */
async function setTag(
  store: Store | (Store & TagCreator),
  target: Descriptor,
  { tag, isNew }: TagStep,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!isNew || !('createTag' in store)) return store.tag(target, tag, signal);
  try {
    await store.createTag(target, tag, signal);
  } catch (error) {
    if (!(error instanceof OciError) || error.code !== 'TAG_CONFLICT') throw error;
  }
}
