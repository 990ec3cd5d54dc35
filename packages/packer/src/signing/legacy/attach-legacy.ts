import {
  addToSharedList,
  type Descriptor,
  maxMetadataBytes,
  mediaTypes,
  OciError,
  pushBytes,
  type ReadList,
  readAll,
  type SettleContext,
  settleDefaults,
  type SharedList,
  type Store,
  type TagCreator,
} from '@release-capsule/oci';
import { legacyAnnotations, legacyLayerTypes, legacyTag, parseDigest } from '@release-capsule/schema';
import { PackError } from '../../errors.ts';
import { resolveIfThere } from '../../pack/resolve-if-there.ts';
import type { LegacyLayer } from './legacy-layer.ts';
import { type LegacyManifest, legacyConfig, legacyManifest, parseLegacyManifest } from './legacy-manifest.ts';

const configType = 'application/vnd.oci.image.config.v1+json';

/** How a legacy signature is attached. */
export interface AttachLegacyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Time, chance, and how long is waited for other writers. */
  readonly settle?: Pick<SettleContext, 'clock' | 'policy'> | undefined;
}

/**
 * Adds a legacy signature to those under the tag `sha256-<hex>.sig`, none of which is lost: what is there is read, added
 * to, and the tag read again until the signature stands there. Returns the manifest that the tag names then.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md, "Storage".
 * @throws {PackError} `TAG_LOST` where others win again and again; {OciError} what the store throws.
 */
export async function attachLegacy(
  store: Store | (Store & TagCreator),
  subject: Descriptor,
  layer: LegacyLayer,
  { signal, settle = settleDefaults }: AttachLegacyOptions = {},
): Promise<Descriptor> {
  const tag = legacyTag(parseDigest(subject.digest), 'signature');
  const { payload: bytes, annotations } = layer;
  const blob = { ...(await pushBytes(store, { mediaType: legacyLayerTypes.signature, bytes }, signal)), annotations };
  const list = new TaggedSignatures(store, tag, signal);
  const isThere = await addToSharedList(list, [{ digest: blob.digest, annotations, json: blob }], { ...settle, signal });
  if (isThere && list.named !== undefined) return list.named;
  throw new PackError('TAG_LOST', `the tag ${tag} lost our signature ${settle.policy.attempts} times to other writers`, {
    hint: 'Others sign the same manifest at the same time; try again.',
  });
}

type Entry = LegacyManifest['layers'][number];
type ReadTag = ReadList<Entry, LegacyManifest | undefined>;

class TaggedSignatures implements SharedList<Entry, LegacyManifest | undefined> {
  /** What the tag named when it was read last. */
  named: Descriptor | undefined;
  readonly #store: Store | (Store & TagCreator);
  readonly #tag: string;
  readonly #signal: AbortSignal | undefined;

  constructor(store: Store | (Store & TagCreator), tag: string, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#tag = tag;
    this.#signal = signal;
  }

  /** Payloads of one repository are all alike: the signature tells layers apart. */
  keyOf({ annotations, json }: Entry): string {
    return annotations[legacyAnnotations.signature] ?? JSON.stringify(json);
  }

  async read(): Promise<ReadTag> {
    this.named = await resolveIfThere(this.#store, this.#tag, this.#signal);
    if (this.named === undefined) return { items: [], version: undefined };
    const bytes = await readAll(this.#store, this.named, { maxBytes: maxMetadataBytes, signal: this.#signal });
    const version = parseLegacyManifest(bytes, this.#tag);
    return { items: version.layers, version };
  }

  async write({ items, version }: ReadTag, added: readonly Entry[]): Promise<void> {
    const entries = [...items, ...added];
    const digests = entries.map(({ digest }) => digest);
    const config = await pushBytes(this.#store, { mediaType: configType, bytes: legacyConfig(digests) }, this.#signal);
    const bytes = legacyManifest({ config, layers: entries.map(({ json }) => json), annotations: version?.annotations });
    const manifest = await pushBytes(this.#store, { mediaType: mediaTypes.imageManifest, bytes }, this.#signal);
    await this.#setTag(manifest, version === undefined);
  }

  /** Where the store can hold writers apart, the second of two that found nothing reads again. */
  async #setTag(target: Descriptor, isNew: boolean): Promise<void> {
    if (!isNew || !('createTag' in this.#store)) return this.#store.tag(target, this.#tag, this.#signal);
    try {
      await this.#store.createTag(target, this.#tag, this.#signal);
    } catch (error) {
      if (!(error instanceof OciError) || error.code !== 'TAG_CONFLICT') throw error;
    }
  }
}
