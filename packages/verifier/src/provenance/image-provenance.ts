import {
  type Descriptor,
  type Fetcher,
  isIndexType,
  maxMetadataBytes,
  parseIndex,
  readAll,
} from '@release-capsule/oci';
import { attestationTypes, parseDigest } from '@release-capsule/schema';
import { maxBundleBytes } from '../signature/bundle.ts';
import { readFailure, readWithin } from '../signature/read-budget.ts';
import { parseStatement } from '../signature/statement.ts';
import type { CountedSignature } from '../signature/counted-signature.ts';
import { type BuildFacts, provenanceTypes } from './build-facts.ts';
import { isAttestation, openAttestations, type OpenedAttestation, type ReadingOptions } from './image-attestations.ts';
import { type ExpectedBuild, judgeStatement } from './judge-statement.ts';
import type { ProvenanceOutcome } from './provenance-outcome.ts';
import { type ProvenanceRefusal, refuseProvenance } from './provenance-refusal.ts';

/** What provenance in an image is judged by. */
export interface ImageProvenanceOptions {
  readonly expected: ExpectedBuild;
  /** Who has signed the index, and so everything in it. */
  readonly by: readonly CountedSignature[];
  readonly signal?: AbortSignal | undefined;
}

const maxManifests = 64; // platforms and their attestations: the largest official images have two dozen
const maxReadBytes = 64 * 1024 * 1024; // all together: a provenance with every build step has a megabyte

/**
 * Judges the provenance that BuildKit keeps in the index of an image. It is not signed by itself: to be asked only where
 * the index is, since the index names it by digest. Each image in the index must have one that holds: a platform
 * without one could be from anywhere.
 * Source: BuildKit v0.24, docs/attestations/attestation-storage.md.
 */
export async function* findImageProvenance(
  store: Fetcher,
  image: Descriptor,
  options: ImageProvenanceOptions,
): AsyncGenerator<ProvenanceOutcome, void, undefined> {
  if (!isIndexType(image.mediaType)) return;
  const { signal } = options;
  try {
    const { manifests } = parseIndex(await readAll(store, image, { maxBytes: maxMetadataBytes, signal }), image.mediaType);
    const attestations = manifests.filter(isAttestation);
    if (attestations.length === 0) return;
    const runnable = manifests.filter((manifest) => !isAttestation(manifest));
    yield { where: image.digest, result: await judgeIndex(store, { runnable, attestations }, options) };
  } catch (error) {
    const failure = readFailure(error, signal);
    const result = failure.kind === 'refusal' ? refuseProvenance('PROVENANCE_MALFORMED', failure.message) : failure;
    yield { where: image.digest, result };
  }
}

interface IndexParts {
  readonly runnable: readonly Descriptor[];
  readonly attestations: readonly Descriptor[];
}

async function judgeIndex(
  store: Fetcher,
  { runnable, attestations }: IndexParts,
  options: ImageProvenanceOptions,
): Promise<ProvenanceOutcome['result']> {
  if (runnable.length + attestations.length > maxManifests) {
    const message = `the image's index has more than ${maxManifests} manifests`;
    return { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message };
  }
  const reading = { budget: { left: maxReadBytes }, signal: options.signal };
  const opened = await openAttestations(store, attestations, reading);
  if ('kind' in opened) return opened;
  let facts: BuildFacts | undefined;
  for (const platform of runnable) {
    const own = opened.filter(({ of }) => of === platform.digest);
    const judged = await judgePlatform(store, platform, { ...reading, expected: options.expected, own });
    if ('kind' in judged) return judged;
    facts ??= judged;
  }
  if (facts === undefined) return refuseProvenance('PROVENANCE_MALFORMED', 'is in an index without images');
  return { kind: 'accepted-provenance', facts, by: options.by };
}

interface PlatformOptions extends ReadingOptions {
  readonly expected: ExpectedBuild;
  /** The attestations that the index says are of this platform. */
  readonly own: readonly OpenedAttestation[];
}

async function judgePlatform(
  store: Fetcher,
  { digest }: Descriptor,
  { own, expected, ...reading }: PlatformOptions,
): Promise<BuildFacts | ProvenanceRefusal> {
  let refusal: ProvenanceRefusal | undefined;
  for (const { layers } of own) {
    for await (const payload of readStatements(store, layers, reading)) {
      const judged = judgePayload(payload, digest, expected);
      if (judged === undefined) continue;
      if (!('kind' in judged)) return judged;
      refusal ??= judged;
    }
  }
  return refusal ?? refuseProvenance('PROVENANCE_MISSING', `is not there for ${digest} in the image's index`);
}

async function* readStatements(store: Fetcher, layers: readonly Descriptor[], options: ReadingOptions): AsyncGenerator<Uint8Array> {
  for (const layer of layers) {
    if (layer.mediaType !== attestationTypes.payload || isAnnouncedAsOther(layer)) continue;
    yield await readWithin(store, layer, { ...options, maxBytes: maxBundleBytes });
  }
}

/** The index vouches for the annotation as well: an SBOM need not be read to see that it is none. */
function isAnnouncedAsOther({ annotations }: Descriptor): boolean {
  const predicateType = annotations?.['in-toto.io/predicate-type'];
  return predicateType !== undefined && !provenanceTypes.includes(predicateType);
}

function judgePayload(payload: Uint8Array, digest: string, expected: ExpectedBuild): BuildFacts | ProvenanceRefusal | undefined {
  const statement = parseStatement(payload);
  if (statement.kind === 'refusal') return refuseProvenance('PROVENANCE_MALFORMED', statement.message);
  return provenanceTypes.includes(statement.predicateType) ? judgeStatement(statement, parseDigest(digest), expected) : undefined;
}
