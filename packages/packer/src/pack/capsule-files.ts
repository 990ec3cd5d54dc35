import { contentOf } from '@release-capsule/oci';
import {
  type ArchiveFile,
  type EntryPath,
  parseEntryPath,
  recordPath,
  type ReleaseRecord,
} from '@release-capsule/schema';
import type { SourceFile } from '../source/source.ts';

/** A metadata file: its path in the capsule, and its bytes. */
export type MetadataFiles = ReadonlyMap<string, Uint8Array>;

/** Lists every file of a capsule: the record, the metadata, and the package below `package.path`. */
export function capsuleFiles(
  record: ReleaseRecord,
  releaseYaml: Uint8Array,
  metadata: MetadataFiles,
  packageFiles: readonly SourceFile[],
): readonly ArchiveFile[] {
  return [
    inMemory(recordPath, releaseYaml),
    ...[...metadata].map(([path, bytes]) => inMemory(path, bytes)),
    ...packageFiles.map((file) => below(record.package.path, file)),
  ];
}

function inMemory(path: string, bytes: Uint8Array): ArchiveFile {
  return { path: parseEntryPath(path), size: bytes.byteLength, executable: false, content: contentOf(bytes) };
}

function below(directory: string, file: SourceFile): ArchiveFile {
  const path: EntryPath = parseEntryPath(`${directory}/${file.path}`);
  return { path, size: file.size, executable: file.executable, content: (signal) => file.content(signal) };
}
