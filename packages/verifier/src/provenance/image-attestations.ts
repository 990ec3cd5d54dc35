import { type Descriptor, type Fetcher, isImageManifestType, maxMetadataBytes, parseManifest } from '@release-capsule/oci';
import { attestationTypes } from '@release-capsule/schema';
import { bundleMediaTypePrefix } from '../signature/list-candidates.ts';
import { type ReadBudget, readWithin } from '../signature/read-budget.ts';
import { type ProvenanceRefusal, refuseProvenance } from './provenance-refusal.ts';

/** How much may be read, and until when. */
export interface ReadingOptions {
  readonly budget: ReadBudget;
  readonly signal: AbortSignal | undefined;
}

/** A manifest in the index of an image that holds statements about another one in it. */
export interface OpenedAttestation {
  /** The platform's manifest that they are about, as the index says. */
  readonly of: string | undefined;
  readonly layers: readonly Descriptor[];
}

/** Tells whether an index says of a manifest that it is no image. */
export function isAttestation({ annotations }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}

/**
 * Opens what an index calls attestations, and refuses the index where one of them is an image. Whoever builds one
 * platform chooses its annotations: an image that is called an attestation would need no provenance, while nodes go by
 * the platform alone and run it.
 * Source: BuildKit v0.24, docs/attestations/attestation-storage.md.
 * @throws {OciError} What the store throws.
 */
export async function openAttestations(
  store: Fetcher,
  attestations: readonly Descriptor[],
  reading: ReadingOptions,
): Promise<readonly OpenedAttestation[] | ProvenanceRefusal> {
  const opened: OpenedAttestation[] = [];
  for (const attestation of attestations) {
    const { digest, mediaType, annotations } = attestation;
    const layers = isImageManifestType(mediaType) ? await readLayers(store, attestation, reading) : undefined;
    if (layers === undefined || !layers.every(holdsStatement)) {
      return refuseProvenance('PROVENANCE_MALFORMED', `is in an index that calls ${digest} an attestation, which it is not`);
    }
    opened.push({ of: annotations?.['vnd.docker.reference.digest'], layers });
  }
  return opened;
}

async function readLayers(store: Fetcher, manifest: Descriptor, reading: ReadingOptions): Promise<readonly Descriptor[]> {
  return parseManifest(await readWithin(store, manifest, { ...reading, maxBytes: maxMetadataBytes }), manifest.mediaType).layers;
}

function holdsStatement({ mediaType }: Descriptor): boolean {
  return mediaType === attestationTypes.payload || mediaType.startsWith(bundleMediaTypePrefix);
}
