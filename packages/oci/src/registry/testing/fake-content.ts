import type { Digest } from '../../descriptor.ts';
import { digestOf } from '../../digest.ts';
import { parseAnyManifest, referrerArtifactType } from '../../manifest.ts';
import { isManifestType } from '../../media-types.ts';

/** A manifest as a fake registry keeps it. */
export interface FakeManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What one repository of a fake registry holds. Tests read and change it at will. */
export class FakeRepository {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, FakeManifest>();
  readonly tags = new Map<string, Digest>();

  addBlob(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  addManifest(manifest: FakeManifest, tag?: string): Digest {
    const digest = digestOf(manifest.bytes);
    this.manifests.set(digest, manifest);
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  findManifest(reference: string): (FakeManifest & { readonly digest: string }) | undefined {
    const digest = this.tags.get(reference) ?? reference;
    const manifest = this.manifests.get(digest);
    return manifest === undefined ? undefined : { ...manifest, digest };
  }

  /** Lists what a manifest's `subject` points to here, as the referrers API does. */
  referrers(subject: string): readonly Readonly<Record<string, unknown>>[] {
    return [...this.manifests].flatMap(([digest, { mediaType, bytes }]) => {
      const manifest = parseAnyManifest(bytes, mediaType);
      if (manifest.subject?.digest !== subject) return [];
      const { annotations } = manifest;
      return [{ mediaType, digest, size: bytes.length, artifactType: referrerArtifactType(manifest), annotations }];
    });
  }

  /** Names the first piece of content that a manifest lists and the repository lacks. */
  missingContent({ bytes, mediaType }: FakeManifest): string | undefined {
    if (!isManifestType(mediaType)) return undefined;
    const manifest = parseAnyManifest(bytes, mediaType);
    const listed = 'manifests' in manifest ? [] : [manifest.config, ...manifest.layers];
    return listed.find(({ digest }) => !this.blobs.has(digest))?.digest;
  }
}
