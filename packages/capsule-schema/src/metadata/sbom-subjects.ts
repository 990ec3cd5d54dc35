import { isDigest } from '../digest.ts';
import { isJsonObject, type JsonObject, parseMetadataObject } from './metadata-json.ts';
import { recogniseSbomObject, type SbomFormat } from './recognise-sbom.ts';

/** What an SBOM says that it is about. */
export interface SbomSubjects {
  readonly format: SbomFormat;
  /** Every SHA-256 digest by which it names what it describes; nothing that is only a part of it. */
  readonly digests: readonly string[];
}

/**
 * Reads what an SBOM describes, by digest: of an SPDX document the packages that it DESCRIBES, of a CycloneDX one
 * `metadata.component`. A digest counts as a checksum, as a version, as the version of a package URL for an image, or
 * as the `dirHash` by which a capsule's own SBOM names its package.
 * Source: SPDX 2.3, sections 7 and 11.1; CycloneDX 1.6, bom.schema.json; package-url/purl-spec, types/oci-definition.json.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function readSbomSubjects(bytes: Uint8Array): SbomSubjects {
  const sbom = parseMetadataObject(bytes, 'the SBOM');
  const format = recogniseSbomObject(sbom);
  const digests = format === 'spdx' ? describedPackages(sbom).flatMap(digestsOfPackage) : digestsOfComponent(sbom);
  return { format, digests: [...new Set(digests)] };
}

const documentId = 'SPDXRef-DOCUMENT';

function describedPackages(sbom: JsonObject): readonly JsonObject[] {
  const ids = new Set([...listOf(sbom['documentDescribes']), ...objectsOf(sbom['relationships']).map(describedBy)]);
  return objectsOf(sbom['packages']).filter(({ SPDXID: id }) => typeof id === 'string' && ids.has(id));
}

function describedBy({ spdxElementId, relationshipType, relatedSpdxElement }: JsonObject): unknown {
  if (relationshipType === 'DESCRIBES' && spdxElementId === documentId) return relatedSpdxElement;
  return relationshipType === 'DESCRIBED_BY' && relatedSpdxElement === documentId ? spdxElementId : undefined;
}

function digestsOfPackage({ checksums, versionInfo, externalRefs }: JsonObject): readonly string[] {
  const references = objectsOf(externalRefs).map(({ referenceType, referenceLocator: locator }) => {
    return referenceType === 'dirHash' ? locator : referenceType === 'purl' ? versionOfUrl(locator) : undefined;
  });
  const sums = objectsOf(checksums).map(({ algorithm, checksumValue }) => digestOf(algorithm === 'SHA256', checksumValue));
  return [...references, ...sums, versionInfo].filter(isDigestText);
}

function digestsOfComponent({ metadata }: JsonObject): readonly string[] {
  const component = isJsonObject(metadata) && isJsonObject(metadata['component']) ? metadata['component'] : {};
  const { hashes, version, purl } = component;
  const sums = objectsOf(hashes).map(({ alg, content }) => digestOf(alg === 'SHA-256', content));
  return [versionOfUrl(purl), ...sums, version].filter(isDigestText);
}

function digestOf(isSha256: boolean, value: unknown): string | undefined {
  return isSha256 && typeof value === 'string' ? `sha256:${value.toLowerCase()}` : undefined;
}

/** The version of a package URL for an image, which is its digest. */
function versionOfUrl(url: unknown): string | undefined {
  const version = typeof url === 'string' ? /^pkg:(?:oci|docker)\/[^@?#]*@([^?#]*)/.exec(url)?.[1] : undefined;
  return version?.replaceAll(/%3a/gi, ':');
}

function isDigestText(value: unknown): value is string {
  return typeof value === 'string' && isDigest(value);
}

function objectsOf(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isJsonObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
