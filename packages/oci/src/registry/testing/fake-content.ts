import type { OciDigest } from '../../descriptor.ts';
import { digestOf } from '../../digest.ts';

/** A manifest as a fake registry keeps it. */
export interface FakeManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What one repository of a fake registry holds. Tests read and change it at will. */
export class FakeRepository {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, FakeManifest>();
  readonly tags = new Map<string, OciDigest>();

  addBlob(bytes: Uint8Array): OciDigest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  addManifest(manifest: FakeManifest, tag?: string): OciDigest {
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
  referrers(subject: string, byConfigType = false): readonly Readonly<Record<string, unknown>>[] {
    return [...this.manifests].flatMap(([digest, { mediaType, bytes }]) => {
      const manifest = readFields(bytes);
      if (manifest.subject?.digest !== subject) return [];
      const { annotations, config } = manifest;
      const artifactType = byConfigType ? config?.mediaType : (manifest.artifactType ?? config?.mediaType);
      return [{ mediaType, digest, size: bytes.length, artifactType, annotations }];
    });
  }

  /** Names the first piece of content that a manifest lists and the repository lacks. */
  missingContent({ bytes }: FakeManifest): string | undefined {
    const { config, layers } = readFields(bytes);
    const listed = [config, ...(layers ?? [])].map((descriptor) => descriptor?.digest);
    return listed.find((digest) => digest !== undefined && !this.blobs.has(digest));
  }
}

/** What a registry looks at in a manifest. */
export interface FakeManifestFields {
  readonly subject?: { readonly digest?: string };
  readonly artifactType?: string;
  readonly config?: { readonly mediaType?: string; readonly digest?: string };
  readonly layers?: readonly { readonly digest?: string }[] | null;
  readonly annotations?: unknown;
}

/** Reads a manifest as leniently as registries do: tests push broken ones on purpose. */
export function readFields(bytes: Uint8Array): FakeManifestFields {
  return JSON.parse(Buffer.from(bytes).toString()) as FakeManifestFields;
}
