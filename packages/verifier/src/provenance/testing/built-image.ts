import { type Descriptor, type MemoryStore, pushBytes } from '@release-capsule/oci';
import { encode, manifestMediaType, pushIndex, pushSubject } from '../../signature/testing/signing.ts';
import type { ProducedPredicate } from './producers.ts';

/** Writes a provenance statement about digests, as `cosign attest` and GitHub do; `changes` on top. */
export function provenanceOf(digests: readonly string[], { predicateType, predicate }: ProducedPredicate, changes: object = {}): Buffer {
  const subject = digests.map((digest) => ({ name: 'ghcr.io/example/app', digest: { sha256: digest.slice('sha256:'.length) } }));
  return encode({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate, ...changes });
}

/** A platform of an image that BuildKit has built. */
export interface BuiltPlatform {
  readonly name: string;
  /** Absent where it has no provenance. */
  readonly provenance?: ProducedPredicate;
  /** What the statement calls its subject, where that is not the platform's own manifest. */
  readonly subject?: string;
}

/**
 * Pushes an image as BuildKit does: an index of manifests, and one more for each that holds its attestations. `others`
 * are put into the index too.
 * Source: BuildKit v0.24, docs/attestations/attestation-storage.md.
 */
export async function pushBuiltImage(
  store: MemoryStore,
  platforms: readonly BuiltPlatform[],
  others: readonly Descriptor[] = [],
): Promise<Descriptor> {
  const runnable: Descriptor[] = [];
  const attestations: Descriptor[] = [];
  for (const { name, provenance, subject } of platforms) {
    const platform = await pushSubject(store, name);
    runnable.push(platform);
    if (provenance === undefined) continue;
    const of = subject ?? platform.digest;
    const statement = provenanceOf([of], provenance, { _type: 'https://in-toto.io/Statement/v0.1' });
    attestations.push(await pushAttestation(store, platform, [statement, provenance.predicateType]));
  }
  return pushIndex(store, [...runnable, ...attestations, ...others]);
}

async function pushAttestation(
  store: MemoryStore,
  { digest }: Descriptor,
  [statement, predicateType]: readonly [Buffer, string],
): Promise<Descriptor> {
  const config = await pushBytes(store, { mediaType: 'application/vnd.oci.image.config.v1+json', bytes: Buffer.from('{"os":"unknown"}') });
  const mediaType = 'application/vnd.in-toto+json';
  const sbom = await pushBytes(store, { mediaType, bytes: encode({ not: 'read' }) });
  const layer = await pushBytes(store, { mediaType, bytes: statement });
  const layers = [
    { ...sbom, annotations: { 'in-toto.io/predicate-type': 'https://spdx.dev/Document' } },
    { ...layer, annotations: { 'in-toto.io/predicate-type': predicateType } },
  ];
  const bytes = encode({ schemaVersion: 2, mediaType: manifestMediaType, config, layers });
  const manifest = await pushBytes(store, { mediaType: manifestMediaType, bytes });
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digest };
  return { ...manifest, annotations };
}
