import { buildSourceProof, type ReleaseRecord } from '@release-capsule/schema';
import { checkProvenance, checkSbom } from '../metadata/check-metadata.ts';
import { generateProvenance } from '../metadata/generate-provenance.ts';
import { generateSbom } from '../metadata/generate-sbom.ts';
import { listCharts } from '../metadata/list-charts.ts';
import type { SourcePackage } from '../source/source.ts';
import type { MetadataFiles } from './capsule-files.ts';
import type { HashedSourceFile } from './hash-files.ts';
import type { PackOptions } from './pack-options.ts';

/**
 * Takes the metadata files that were given, byte for byte, and makes the others from the record and the commit alone.
 * @throws {PackError} `METADATA_INVALID`.
 */
export async function makeMetadata(
  record: ReleaseRecord,
  source: SourcePackage,
  hashed: readonly HashedSourceFile[],
  options: PackOptions,
): Promise<MetadataFiles> {
  const { provenancePath, sbomPath, sourceProofPath } = record.metadata;
  const files = new Map<string, Uint8Array>();
  const { provenance, sbom } = options;
  if (provenance !== undefined) checkProvenance(provenance);
  if (sbom !== undefined) checkSbom(sbom);
  files.set(provenancePath, provenance ?? generateProvenance(record));
  files.set(sbomPath, sbom ?? (await makeSbom(record, source, hashed, options)));
  if (sourceProofPath !== undefined && source.proof !== undefined) {
    files.set(sourceProofPath, buildSourceProof({ gitCommit: source.commit, ...source.proof }));
  }
  return files;
}

async function makeSbom(
  record: ReleaseRecord,
  source: SourcePackage,
  hashed: readonly HashedSourceFile[],
  { signal }: PackOptions,
): Promise<Uint8Array> {
  const charts = await listCharts(source.files, signal);
  return generateSbom(record, { files: hashed, charts, committedAt: source.committedAt });
}
