import {
  normaliseSourceUrl,
  packageDigest,
  type PackageKind,
  parseCapsuleName,
  parseReleaseRecord,
  type ReleaseImage,
  type ReleaseRecord,
  releaseTag,
  schemaVersion,
} from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import type { SourcePackage } from '../source/source.ts';
import type { HashedSourceFile } from './hash-files.ts';
import type { RecordedImages } from './name-images.ts';
import type { PackOptions } from './pack-options.ts';

/**
 * Makes the release record, and checks it as a reader would.
 * @throws {PackError} `SOURCE_URL_UNKNOWN`, `TAG_MISMATCH`; {SchemaError} those of `parseReleaseRecord`.
 */
export function makeRecord(
  source: SourcePackage,
  files: readonly HashedSourceFile[],
  kind: PackageKind,
  options: Omit<PackOptions, 'image' | 'images'> & RecordedImages,
): ReleaseRecord {
  const image = releaseImage(options, source.commit);
  const hasProof = source.proof !== undefined && options.omitSourceProof !== true;
  return parseReleaseRecord({
    schemaVersion,
    name: parseCapsuleName(options.name),
    gitCommit: source.commit,
    ...(image && { image }),
    images: [...options.images],
    package: { kind, path: `package/${kind}`, digest: packageDigest(files) },
    metadata: {
      provenancePath: 'metadata/provenance.json',
      sbomPath: 'metadata/sbom.json',
      ...(hasProof && { sourceProofPath: 'metadata/source-proof.json' }),
    },
    source: {
      repoURL: normaliseSourceUrl(sourceUrl(options, source)),
      path: options.packagePath,
      ...(source.tree !== undefined && { tree: source.tree }),
      include: [...(options.include ?? [])],
      exclude: [...(options.exclude ?? [])],
      dereferenced: [...source.dereferenced],
      additions: [],
    },
    annotations: { ...options.annotations },
  });
}

function releaseImage({ image }: RecordedImages, commit: string): ReleaseImage | undefined {
  if (image === undefined) return undefined;
  const tag = image.tag ?? releaseTag(commit);
  if (tag !== releaseTag(commit)) {
    throw new PackError('TAG_MISMATCH', `the image ${image.repoURL} has the tag ${tag}, wanted ${releaseTag(commit)}`, {
      hint: 'Image and package are released from one commit: tag the image git-<commit>, or pack the commit it is from.',
    });
  }
  const { repoURL, digest, names, values } = image;
  return { repoURL, tag, digest, names, ...(values !== undefined && { values }) };
}

function sourceUrl(options: Pick<PackOptions, 'sourceURL'>, source: SourcePackage): string {
  const url = options.sourceURL ?? source.repoURL;
  if (url !== undefined) return url;
  const message = 'the address of the Git repository is unknown: it is not given, and the repository has no remote "origin"';
  throw new PackError('SOURCE_URL_UNKNOWN', message, {
    hint: 'Give it, as in --source-url https://github.com/example/app.',
  });
}
