import {
  canonicalJson,
  compareUtf8,
  formatTimestamp,
  type JsonValue,
  type ReleaseRecord,
  releaseTag,
} from '@release-capsule/schema';
import {
  chartElement,
  elementId,
  fileElement,
  imageElement,
  packageVerificationCode,
  type SbomChart,
  type SbomFile,
} from './spdx-elements.ts';

/** What an SBOM is made of beside the record. */
export interface SbomContent {
  /** Every file of the package, in any order. */
  readonly files: readonly SbomFile[];
  /** Charts that lie in the package, the root one left out. */
  readonly charts?: readonly SbomChart[];
  /** Committer time in seconds since 1970. */
  readonly committedAt: number;
}

const documentId = 'SPDXRef-DOCUMENT';
const packageId = 'SPDXRef-Package';

// The format's version, not the tool's: another version of the tool must write the same bytes.
const creator = 'Tool: release-capsule-v1';

/**
 * Writes an SBOM of the package as SPDX 2.3 JSON: the package with each of its files, the images that it may run and
 * the charts vendored in it. Licences are not asserted. Its time is the commit's, its namespace is made from commit
 * and `package.digest`: the same inputs give the same bytes.
 * Source: SPDX 2.3.
 * @throws {SchemaError} `TIME_INVALID`.
 */
export function generateSbom(record: ReleaseRecord, content: SbomContent): Uint8Array {
  const files = [...content.files].sort((a, b) => compareUtf8(a.path, b.path));
  const images = [...(record.image === undefined ? [] : [record.image]), ...record.images].map(imageElement);
  const charts = (content.charts ?? []).map(chartElement);
  return canonicalJson({
    spdxVersion: 'SPDX-2.3',
    SPDXID: documentId,
    dataLicense: 'CC0-1.0',
    name: `${record.name}-${releaseTag(record.gitCommit)}`,
    documentNamespace: documentNamespace(record),
    creationInfo: { created: formatTimestamp(content.committedAt), creators: [creator] },
    packages: [deployPackage(record, files), ...images, ...charts],
    files: files.map(fileElement),
    relationships: [
      relationship(documentId, 'DESCRIBES', packageId),
      ...images.map((image) => relationship(packageId, 'DEPENDS_ON', image['SPDXID'])),
      ...charts.map((chart) => relationship(packageId, 'CONTAINS', chart['SPDXID'])),
      ...files.map(({ path }) => relationship(packageId, 'CONTAINS', elementId('File', path))),
    ],
  });
}

function documentNamespace({ name, gitCommit, package: { digest } }: ReleaseRecord): string {
  return `https://release-capsule.dev/spdx/${name}/${gitCommit}/${digest.replace(':', '-')}`;
}

function deployPackage(record: ReleaseRecord, files: readonly SbomFile[]): JsonValue {
  const { gitCommit, source, package: deployed } = record;
  const subdirectory = source.path === '.' ? '' : `#${encodeURI(source.path)}`;
  return {
    SPDXID: packageId,
    name: record.name,
    versionInfo: releaseTag(gitCommit),
    downloadLocation: `git+${source.repoURL}@${gitCommit}${subdirectory}`,
    sourceInfo: `the ${deployed.kind} package at ${deployed.path} of the capsule`,
    filesAnalyzed: true,
    packageVerificationCode: { packageVerificationCodeValue: packageVerificationCode(files) },
    // SPDX has no checksum of a directory: its "checksums" are those of one archive.
    externalRefs: [{ referenceCategory: 'OTHER', referenceType: 'dirHash', referenceLocator: deployed.digest }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    licenseInfoFromFiles: ['NOASSERTION'],
    copyrightText: 'NOASSERTION',
  };
}

function relationship(from: string, type: string, to: JsonValue | undefined): JsonValue {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to ?? null };
}
