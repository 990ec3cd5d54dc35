import { buildSourceProof, recognizeProvenance, recognizeSbom, type ReleaseRecord, SchemaError } from '@release-capsule/schema';
import { PackError } from '../errors.ts';
import { generateProvenance } from '../metadata/generate-provenance.ts';
import { generateSbom } from '../metadata/generate-sbom.ts';
import { vendoredCharts } from '../metadata/vendored-charts.ts';
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
  files.set(provenancePath, given(options.provenance, recognizeProvenance) ?? generateProvenance(record));
  files.set(sbomPath, given(options.sbom, recognizeSbom) ?? (await makeSbom(record, source, hashed, options)));
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
  const charts = await vendoredCharts(source.files, signal);
  return generateSbom(record, { files: hashed, charts, committedAt: source.committedAt });
}

function given(bytes: Uint8Array | undefined, recognize: (bytes: Uint8Array) => unknown): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  try {
    recognize(bytes);
    return bytes;
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new PackError('METADATA_INVALID', cause.message, { ...(cause.hint !== undefined && { hint: cause.hint }), cause });
  }
}
