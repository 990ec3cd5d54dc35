import {
  type CapsuleLimits,
  checkManifest,
  type ManifestOutline,
  parseReleaseConfig,
  readManifest,
  type ReleaseRecord,
  SchemaError,
} from '@release-capsule/schema';
import { type Finding, proven, refuted } from '../findings/finding.ts';
import { findingOf } from './schema-finding.ts';

/** What judging a manifest has found; outline and record are there where they could be read. */
export interface JudgedManifest {
  readonly findings: readonly Finding[];
  readonly outline?: ManifestOutline;
  /** Valid, but to be believed only once every claim holds. */
  readonly record?: ReleaseRecord;
}

/** Judges MANIFEST_SHAPE and, for the manifest's config, RECORD. */
export function judgeManifest(bytes: Uint8Array, limits: CapsuleLimits): JudgedManifest {
  try {
    const outline = readManifest(bytes, limits);
    return judgeRecord(bytes, outline, limits);
  } catch (error) {
    return { findings: [findingOf(error, 'MANIFEST_INVALID')] };
  }
}

function judgeRecord(bytes: Uint8Array, outline: ManifestOutline, limits: CapsuleLimits): JudgedManifest {
  try {
    const record = parseReleaseConfig(outline.config, limits.maxRecordBytes);
    return { findings: [judgeShape(bytes, outline, record)], outline, record };
  } catch (error) {
    return { findings: [findingOf(error, 'RECORD_INVALID')], outline };
  }
}

function judgeShape(bytes: Uint8Array, outline: ManifestOutline, record: ReleaseRecord): Finding {
  try {
    checkManifest(bytes, outline, record);
    return proven('MANIFEST_CANONICAL', 'the manifest is the one that its record and layer have');
  } catch (error) {
    if (error instanceof SchemaError && error.code === 'MANIFEST_ANNOTATIONS') {
      return refuted('MANIFEST_ANNOTATIONS', error.message);
    }
    return findingOf(error, 'MANIFEST_NOT_CANONICAL');
  }
}
