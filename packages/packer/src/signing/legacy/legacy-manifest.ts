import { type Descriptor, isJsonObject, mediaTypes, OciError, parseManifest, parseStrictJson } from '@release-capsule/oci';

/** What a `.sig` tag names: an image manifest with a layer for each signature. */
export interface LegacyManifest {
  readonly layers: readonly {
    readonly digest: string;
    readonly annotations: Readonly<Record<string, string>>;
    /** As it was read: what others wrote stays as it is. */
    readonly json: unknown;
  }[];
  readonly annotations: unknown;
}

/**
 * Parses the manifest under a `.sig` tag.
 * @throws {OciError} `MANIFEST_INVALID`.
 */
export function parseLegacyManifest(bytes: Uint8Array, tag: string): LegacyManifest {
  const { layers } = parseManifest(bytes);
  const json = parseStrictJson(bytes, `the manifest ${tag}`);
  const raw: unknown = isJsonObject(json) ? json['layers'] : undefined;
  if (!isJsonObject(json) || !Array.isArray(raw)) throw new OciError('MANIFEST_INVALID', `the tag ${tag} holds no signatures`);
  return {
    layers: layers.map(({ digest, annotations = {} }, index) => ({ digest, annotations, json: raw[index] })),
    annotations: json['annotations'],
  };
}

/** What a `.sig` manifest is written of. */
export interface LegacyManifestParts {
  readonly config: Descriptor;
  readonly layers: readonly unknown[];
  readonly annotations: unknown;
}

/** Writes the manifest, in the order of keys that Go writes. */
export function legacyManifest({ config, layers, annotations }: LegacyManifestParts): Uint8Array {
  const { mediaType, size, digest } = config;
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: { mediaType, size, digest },
    layers,
    ...(annotations !== undefined && { annotations }),
  };
  return Buffer.from(JSON.stringify(manifest));
}

/** Writes the image configuration that the layers ask for. They are not compressed: each is its own diff id. */
export function legacyConfig(digests: readonly string[]): Uint8Array {
  const created = '0001-01-01T00:00:00Z';
  const rootfs = { type: 'layers', diff_ids: digests };
  return Buffer.from(JSON.stringify({ architecture: '', created, history: digests.map(() => ({ created })), os: '', rootfs, config: {} }));
}
