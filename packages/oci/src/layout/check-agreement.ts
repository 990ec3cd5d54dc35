import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';

/**
 * Refuses an entry of an index that states another artifact type than the manifest that it names: one of the two was
 * changed. The config's media type is permitted too, which some tools list instead. Annotations are not compared:
 * tools write their own into an entry, and what counts is the manifest's.
 * Source: OCI image-spec v1.1.1, descriptor.md, "Properties".
 * @throws {OciError} `MANIFEST_INVALID`.
 */
export function checkAgreement({ digest, artifactType: stated }: Descriptor, manifest: Manifest): void {
  if (stated === undefined || stated === manifest.artifactType) return;
  if ('config' in manifest && stated === manifest.config.mediaType) return;
  const own = manifest.artifactType ?? 'nothing of it';
  throw new OciError('MANIFEST_INVALID', `the index says that ${digest} is of the type ${stated}, the manifest says ${own}`, {
    hint: 'The index was damaged or edited. Copy the artifact into the layout again.',
  });
}
