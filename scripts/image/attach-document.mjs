import { contentOf, describeContent, mediaTypes, pushBytes } from '../../packages/oci/src/index.ts';
import { canonicalJson } from '../../packages/capsule-schema/src/index.ts';

/** Attaches a document to an image, as a referrer of the document's own type. Source: OCI image-spec v1.1.1, manifest.md. */
export async function attachDocument(store, subject, { type, bytes, created }) {
  const document = await pushBytes(store, { mediaType: type, bytes });
  const config = await pushBytes(store, { mediaType: mediaTypes.empty, bytes: Buffer.from('{}') });
  const annotations = { 'org.opencontainers.image.created': created };
  const { mediaType, digest, size } = subject;
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: type,
    config,
    layers: [document],
    subject: { mediaType, digest, size },
    annotations,
  });
  const referrer = { ...describeContent(mediaTypes.imageManifest, manifest), artifactType: type, annotations };
  await store.push(referrer, contentOf(manifest));
  return referrer;
}
