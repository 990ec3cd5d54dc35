import { describeContent } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { mediaTypes } from '../media-types.ts';
import type { Pusher } from '../ports.ts';
import { contentOf } from '../content.ts';
import { bytesOf } from './collect.ts';

/** What {@link pushSampleManifest} may put into the manifest. */
export interface SampleManifest {
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A pushed manifest and its parts. */
export interface SampleGraph {
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layer: Descriptor;
}

/** Pushes a manifest with an own config and an own layer; `name` makes its digests unlike any other's. */
export async function pushSampleManifest(
  store: Pusher,
  name: string,
  { subject, ...extra }: SampleManifest = {},
): Promise<SampleGraph> {
  const config = await pushValue(store, 'application/vnd.example.config.v1+json', { name });
  const layer = await pushValue(store, mediaTypes.layerTarGzip, `layer of ${name}`);
  const manifest = await pushValue(store, mediaTypes.imageManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    ...extra,
    config,
    layers: [layer],
    ...(subject === undefined ? {} : { subject: bare(subject) }),
  });
  return { manifest, config, layer };
}

/** Pushes an index of manifests. */
export async function pushSampleIndex(store: Pusher, manifests: readonly Descriptor[]): Promise<Descriptor> {
  return pushValue(store, mediaTypes.imageIndex, {
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    manifests: manifests.map(bare),
  });
}

async function pushValue(store: Pusher, mediaType: string, value: unknown): Promise<Descriptor> {
  const bytes = bytesOf(value);
  const descriptor = describeContent(mediaType, bytes);
  await store.push(descriptor, contentOf(bytes));
  return descriptor;
}

/** Returns the three fields that name content, without what a store added. */
export function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
