import {
  type CapsuleContent,
  checkPackageDigest,
  checkPackageKind,
  checkRecordFile,
  packageFiles,
  type ReleaseRecord,
  SchemaError,
} from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import { findingOf } from './schema-finding.ts';

/** Judges RECORD: the archive's `release.yaml` is the canonical text of the manifest's record. */
export function judgeRecordFile(content: CapsuleContent, record: ReleaseRecord): Finding {
  try {
    checkRecordFile(content.kept, record);
    return proven('RECORD_VALID', 'config and release.yaml are the same record', {
      evidence: { name: record.name, commit: record.gitCommit },
    });
  } catch (error) {
    return findingOf(error, 'RECORD_INVALID');
  }
}

/** Judges PACKAGE_PATH: the package lies where the record says, and holds what its kind needs. */
export function judgePackagePath(content: CapsuleContent, record: ReleaseRecord): Finding {
  const { kind, path } = record.package;
  const paths = packageFiles(content.files, record).map((file) => file.path);
  if (paths.length === 0) return refuted('PACKAGE_MISSING', `the archive holds no file below ${path}`);
  try {
    checkPackageKind(kind, paths);
    return proven('PACKAGE_PRESENT', `a ${kind} package of ${paths.length} files lies at ${path}`);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return refuted(kind === 'helm' ? 'CHART_MISSING' : 'KUSTOMIZATION_MISSING', error.message);
  }
}

/** Judges PACKAGE_DIGEST: the package's files hash to the record's digest. */
export function judgePackageDigest(content: CapsuleContent, record: ReleaseRecord): Finding {
  const { digest } = record.package;
  try {
    checkPackageDigest(content.files, record);
    return proven('PACKAGE_DIGEST_MATCHES', `the package hashes to ${digest}`, { evidence: { digest } });
  } catch (error) {
    return findingOf(error, 'PACKAGE_DIGEST_DIFFERS');
  }
}
