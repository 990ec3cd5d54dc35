import type { OciError, OciErrorCode, Spool } from '@release-capsule/oci';
import {
  type ArchiveHandler,
  type CapsuleContent,
  type CapsuleLimits,
  checkLayout,
  type ManifestOutline,
  readContent,
  type ReleaseRecord,
  SchemaError,
  type SchemaErrorCode,
} from '@release-capsule/schema';
import type { RefutedCode, UnknownCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import { storeHint } from '../findings/store-hint.ts';
import { findingOf } from './schema-finding.ts';

/** What reading a layer has found; the content is there where ARCHIVE is proven. */
export interface JudgedArchive {
  readonly finding: Finding;
  readonly content?: CapsuleContent;
}

/** What an archive is judged by. */
export interface JudgeArchiveOptions {
  readonly record: ReleaseRecord;
  readonly manifest: ManifestOutline;
  readonly limits: CapsuleLimits;
  /** Receives every entry as it is judged. */
  readonly also: ArchiveHandler;
  readonly signal?: AbortSignal | undefined;
}

/** Judges ARCHIVE: the layer, whose digest has been checked, is one canonical archive with a capsule's layout. */
export async function judgeArchive(layer: Spool, options: JudgeArchiveOptions): Promise<JudgedArchive> {
  const { record, signal } = options;
  try {
    const content = await readContent(layer.read(signal), options);
    checkLayout(content.files, record);
    const message = `the archive is canonical and holds ${content.files.length} files, each in its place`;
    return { finding: proven('ARCHIVE_CANONICAL', message, { evidence: { files: content.files.length } }), content };
  } catch (error) {
    return { finding: archiveFinding(error) };
  }
}

const archiveCodes: Partial<Record<SchemaErrorCode, RefutedCode>> = {
  PATH_INVALID: 'ARCHIVE_PATH',
  PATH_COLLISION: 'ARCHIVE_PATH_COLLISION',
  LIMIT_EXCEEDED: 'ARCHIVE_LIMIT',
};

function archiveFinding(error: unknown): Finding {
  const code = error instanceof SchemaError ? archiveCodes[error.code] : undefined;
  if (code !== undefined && error instanceof SchemaError) return refuted(code, error.message);
  return findingOf(error, 'ARCHIVE_NOT_CANONICAL');
}

const mismatches: Partial<Record<OciErrorCode, RefutedCode>> = {
  DIGEST_MISMATCH: 'LAYER_DIGEST_DIFFERS',
  SIZE_MISMATCH: 'LAYER_SIZE_DIFFERS',
  BLOB_UNKNOWN: 'LAYER_MISSING',
  LIMIT_EXCEEDED: 'LAYER_TOO_LARGE',
};

const unknownCodes: Partial<Record<OciErrorCode, UnknownCode>> = {
  THROTTLED: 'LAYER_THROTTLED',
  UNAUTHORIZED: 'LAYER_FORBIDDEN',
  FORBIDDEN: 'LAYER_FORBIDDEN',
  CREDENTIALS_INVALID: 'LAYER_FORBIDDEN',
  REALM_UNTRUSTED: 'LAYER_FORBIDDEN',
  REDIRECT_REFUSED: 'LAYER_MISDIRECTED',
  ADDRESS_REFUSED: 'LAYER_MISDIRECTED',
};

/** Turns a failure to fetch the layer into a finding: wrong bytes are refuted, no bytes are unknown. */
export function layerFinding(error: OciError): Finding {
  const code = mismatches[error.code];
  if (code !== undefined) return refuted(code, error.message);
  return unknown(unknownCodes[error.code] ?? 'LAYER_LOOKUP_FAILED', error.message, storeHint(error));
}
