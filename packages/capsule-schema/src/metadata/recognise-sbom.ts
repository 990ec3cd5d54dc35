import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { isJsonObject, type JsonObject, parseMetadataObject } from './metadata-json.ts';

/** The kinds of SBOM that a capsule can hold. */
export type SbomFormat = 'spdx' | 'cyclonedx';

/**
 * Tells which kind of SBOM bytes are, by the fields that identify one: SPDX 2.3 JSON or CycloneDX 1.5 or later JSON.
 * The whole document is not held against its schema.
 * Source: SPDX 2.3, section 6; CycloneDX 1.5 to 1.7, bom.schema.json.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function recogniseSbom(bytes: Uint8Array): SbomFormat {
  return recogniseSbomObject(parseMetadataObject(bytes, 'the SBOM'));
}

/**
 * Tells which kind of SBOM a parsed document is.
 * @throws {SchemaError} `METADATA_INVALID`.
 */
export function recogniseSbomObject(sbom: JsonObject): SbomFormat {
  if ('spdxVersion' in sbom && 'bomFormat' in sbom) throw invalid('it says that it is both SPDX and CycloneDX');
  if ('spdxVersion' in sbom) return spdx(sbom);
  if ('bomFormat' in sbom) return cyclonedx(sbom);
  throw invalid('it has neither "spdxVersion" nor "bomFormat"');
}

const spdxConstants = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', dataLicense: 'CC0-1.0' };

function spdx(sbom: JsonObject): SbomFormat {
  for (const [field, wanted] of Object.entries(spdxConstants)) {
    if (sbom[field] !== wanted) throw invalid(`its ${field} is ${shown(sbom[field])}, not "${wanted}"`);
  }
  for (const field of ['name', 'documentNamespace']) {
    if (typeof sbom[field] !== 'string' || sbom[field] === '') throw invalid(`it has no ${field}`);
  }
  const creation = sbom['creationInfo'];
  if (isJsonObject(creation) && typeof creation['created'] === 'string' && Array.isArray(creation['creators'])) {
    return 'spdx';
  }
  throw invalid('it has no creationInfo with created and creators');
}

function cyclonedx(sbom: JsonObject): SbomFormat {
  if (sbom['bomFormat'] !== 'CycloneDX') throw invalid(`its bomFormat is ${shown(sbom['bomFormat'])}, not "CycloneDX"`);
  const version = sbom['specVersion'];
  const minor = typeof version === 'string' ? /^1\.(\d{1,3})$/.exec(version)?.[1] : undefined;
  if (minor === undefined || Number(minor) < 5) throw invalid(`its specVersion is ${shown(version)}, not 1.5 or later`);
  return 'cyclonedx';
}

function shown(value: unknown): string {
  return typeof value === 'string' ? quote(value) : `a ${typeof value}`;
}

function invalid(problem: string): SchemaError {
  return new SchemaError('METADATA_INVALID', `the SBOM cannot be used: ${problem}`, {
    hint: 'Give SPDX 2.3 or CycloneDX 1.5 (or later 1.x) as JSON, or give none and let one be made.',
  });
}
