import {
  attestationTypes,
  canonicalJson,
  type JsonValue,
  predicateTypes,
  type ReleaseRecord,
} from '@release-capsule/schema';
import { imagePackageUrl, type NamedImage } from './package-url.ts';

/** Says what the parameters below mean: docs/format.md, "Generated provenance". */
export const packBuildType = 'https://release-capsule.dev/build-types/pack/v1';

/** Stands for "the packer, wherever it ran": where, when and by whom is for the attached attestation to say. */
export const packBuilderId = 'https://release-capsule.dev/builders/pack/v1';

/**
 * Writes the provenance that lies in the capsule: which commit, directory and choice of files the package was made
 * from, and which images it was made for. It says nothing of clock, host or run: the same record gives the same bytes.
 * Source: in-toto Attestation Framework v1, Statement; SLSA v1.1, build provenance.
 */
export function generateProvenance(record: ReleaseRecord): Uint8Array {
  return canonicalJson({
    _type: attestationTypes.statement,
    subject: [{ name: record.package.path, digest: { dirHash: hexOf(record.package.digest) } }],
    predicateType: predicateTypes.provenance,
    predicate: {
      buildDefinition: {
        buildType: packBuildType,
        externalParameters: externalParameters(record),
        resolvedDependencies: resolvedDependencies(record),
      },
      runDetails: { builder: { id: packBuilderId } },
    },
  });
}

function externalParameters({ name, gitCommit, package: deployPackage, source }: ReleaseRecord): JsonValue {
  return {
    name,
    package: { kind: deployPackage.kind },
    source: {
      repository: source.repoURL,
      commit: gitCommit,
      path: source.path,
      include: source.include,
      exclude: source.exclude,
      dereferenced: source.dereferenced.map(({ path, target }) => ({ path, target })),
    },
  };
}

function resolvedDependencies({ gitCommit, image, images, source }: ReleaseRecord): JsonValue {
  const every: readonly NamedImage[] = image === undefined ? images : [image, ...images];
  return [
    { uri: `git+${source.repoURL}@${gitCommit}`, digest: { gitCommit } },
    ...every.map((each) => ({ uri: imagePackageUrl(each), digest: { sha256: hexOf(each.digest) } })),
    ...source.additions.map(({ path, sha256, reason }) => ({
      name: path,
      digest: { sha256 },
      annotations: { reason },
    })),
  ];
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
