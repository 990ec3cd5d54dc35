import type { JsonValue } from '../json/canonical-json.ts';
import { namingInOrder } from './naming-order.ts';
import type { ReleaseRecord } from './release-record.ts';

/**
 * Rebuilds a record with its keys in the schema's order, so that its canonical text does not depend on how the value
 * was put together. The user's own annotations are sorted by UTF-16 code units.
 */
export function inSchemaOrder(record: ReleaseRecord): { readonly [key: string]: JsonValue } {
  const { image, metadata, source } = record;
  return {
    schemaVersion: record.schemaVersion,
    name: record.name,
    gitCommit: record.gitCommit,
    ...(image && { image: { repoURL: image.repoURL, tag: image.tag, digest: image.digest, ...namingInOrder(image) } }),
    images: record.images.map(({ repoURL, digest, tag, ...named }) => ({
      repoURL,
      digest,
      ...(tag !== undefined && { tag }),
      ...namingInOrder(named),
    })),
    package: { kind: record.package.kind, path: record.package.path, digest: record.package.digest },
    metadata: {
      provenancePath: metadata.provenancePath,
      sbomPath: metadata.sbomPath,
      ...(metadata.sourceProofPath !== undefined && { sourceProofPath: metadata.sourceProofPath }),
    },
    source: {
      repoURL: source.repoURL,
      path: source.path,
      ...(source.tree !== undefined && { tree: source.tree }),
      include: [...source.include],
      exclude: [...source.exclude],
      dereferenced: source.dereferenced.map(({ path, target }) => ({ path, target })),
      additions: source.additions.map(({ path, sha256, reason }) => ({ path, sha256, reason })),
    },
    annotations: Object.fromEntries(
      Object.keys(record.annotations)
        .sort()
        .map((key) => [key, record.annotations[key] ?? '']),
    ),
  };
}
