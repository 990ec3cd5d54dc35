import {
  type Descriptor,
  type Fetcher,
  isImageManifestType,
  maxMetadataBytes,
  type OciDigest,
  OciError,
  parseManifest,
  type ReadableStore,
} from '@release-capsule/oci';
import { type LegacyKind, legacyLayerTypes, legacyTag, parseDigest } from '@release-capsule/schema';
import { maxBundleBytes, type SignedBundle } from '../bundle.ts';
import { listFailure, type LookupFailure } from '../lookup-failure.ts';
import { type ReadBudget, readFailure, readWithin } from '../read-budget.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { readAttestationLayer } from './attestation-layer.ts';
import { readSignatureLayer } from './signature-layer.ts';

/** How a legacy tag is read. */
export interface OpenLegacyTagOptions {
  readonly kind: LegacyKind;
  /** How much may be read of it, in bytes. */
  readonly budget: ReadBudget;
  /** How many layers are looked at. */
  readonly maxLayers: number;
  readonly signal?: AbortSignal | undefined;
}

/** One signature or attestation under a legacy tag, or why it cannot be read. */
export interface LegacyItem {
  /** The manifest under the tag; absent where the tag could not be looked up. */
  readonly manifest?: OciDigest;
  readonly content: SignedBundle | Refusal | LookupFailure;
}

const maxLayerBytes = { signature: 1024 * 1024, attestation: maxBundleBytes } as const; // a payload has 300 bytes
const readers = { signature: readSignatureLayer, attestation: readAttestationLayer } as const;

/**
 * Opens what cosign kept under a tag of its own before there were referrers: one layer a signature or attestation, with
 * the evidence in the layer's annotations. Nothing where there is no such tag. One that fails hides no other.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md; pkg/oci/remote/signatures.go.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export async function* openLegacyTag(
  store: Fetcher & Pick<ReadableStore, 'resolve'>,
  subject: Descriptor,
  options: OpenLegacyTagOptions,
): AsyncGenerator<LegacyItem, void, undefined> {
  const { kind, maxLayers } = options;
  const opened = await openManifest(store, legacyTag(parseDigest(subject.digest), kind), options);
  if (opened === undefined) return;
  if ('content' in opened) {
    yield opened;
    return;
  }
  const layers = opened.layers.filter(({ mediaType }) => mediaType === legacyLayerTypes[kind]);
  const contents = new Map<string, Promise<Uint8Array>>(); // one payload is often signed by several
  for (const layer of layers.slice(0, maxLayers)) {
    yield { manifest: opened.manifest, content: await openLayer(store, layer, { ...options, contents }) };
  }
  if (layers.length <= maxLayers) return;
  const message = `there are ${layers.length} layers under the legacy tag, the limit is ${maxLayers}`;
  yield { manifest: opened.manifest, content: { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message } };
}

interface OpenedTag {
  readonly manifest: OciDigest;
  readonly layers: readonly Descriptor[];
}

async function openManifest(
  store: Fetcher & Pick<ReadableStore, 'resolve'>,
  tag: string,
  { budget, signal }: OpenLegacyTagOptions,
): Promise<OpenedTag | LegacyItem | undefined> {
  const found = await store.resolve(tag, signal).catch((error: unknown) => lookUp(error, signal));
  if (found === undefined || 'content' in found) return found;
  const { digest: manifest, mediaType } = found;
  if (!isImageManifestType(mediaType)) {
    return { manifest, content: refuse('SIGNATURE_MALFORMED', 'under the legacy tag is not an image manifest') };
  }
  try {
    const bytes = await readWithin(store, found, { maxBytes: maxMetadataBytes, budget, signal });
    return { manifest, layers: parseManifest(bytes, mediaType).layers };
  } catch (error) {
    return { manifest, content: readFailure(error, signal) };
  }
}

function lookUp(error: unknown, signal: AbortSignal | undefined): LegacyItem | undefined {
  signal?.throwIfAborted();
  if (error instanceof OciError && error.code === 'REFERENCE_UNKNOWN') return undefined;
  return { content: listFailure(error) };
}

interface OpenLayerOptions extends OpenLegacyTagOptions {
  readonly contents: Map<string, Promise<Uint8Array>>;
}

async function openLayer(store: Fetcher, layer: Descriptor, options: OpenLayerOptions): Promise<LegacyItem['content']> {
  const { kind, budget, signal, contents } = options;
  try {
    const read = contents.get(layer.digest) ?? readWithin(store, layer, { maxBytes: maxLayerBytes[kind], budget, signal });
    contents.set(layer.digest, read);
    return readers[kind](await read, layer.annotations ?? {});
  } catch (error) {
    return readFailure(error, signal);
  }
}
