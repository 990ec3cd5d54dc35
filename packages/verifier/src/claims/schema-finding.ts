import { SchemaError, type SchemaErrorCode } from '@release-capsule/schema';
import type { RefutedCode } from '../findings/finding-code.ts';
import { type Finding, refuted } from '../findings/finding.ts';

/** Which finding a defect of the format is. Where a code can mean several, the claim that was judged decides. */
const codes: Partial<Record<SchemaErrorCode, RefutedCode>> = {
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  MANIFEST_TOO_LARGE: 'MANIFEST_TOO_LARGE',
  MANIFEST_IS_INDEX: 'MANIFEST_IS_INDEX',
  MANIFEST_MEDIA_TYPE: 'MANIFEST_MEDIA_TYPE',
  MANIFEST_ARTIFACT_TYPE: 'MANIFEST_ARTIFACT_TYPE',
  MANIFEST_HAS_SUBJECT: 'MANIFEST_HAS_SUBJECT',
  MANIFEST_CONFIG: 'RECORD_DIGEST_DIFFERS',
  MANIFEST_LAYERS: 'MANIFEST_LAYERS',
  MANIFEST_ANNOTATIONS: 'MANIFEST_ANNOTATIONS',
  MANIFEST_NOT_CANONICAL: 'MANIFEST_NOT_CANONICAL',
  LAYER_TOO_LARGE: 'LAYER_TOO_LARGE',
  RECORD_TOO_LARGE: 'RECORD_TOO_LARGE',
  RECORD_INVALID: 'RECORD_INVALID',
  RECORD_INCONSISTENT: 'RECORD_INCONSISTENT',
  RECORD_NOT_CANONICAL: 'RECORD_NOT_CANONICAL',
  RECORD_MISMATCH: 'RECORD_TWO_VERSIONS',
  GZIP_INVALID: 'ARCHIVE_GZIP',
  ARCHIVE_TRUNCATED: 'ARCHIVE_TRUNCATED',
  ARCHIVE_TRAILING_BYTES: 'ARCHIVE_TRAILING_BYTES',
  ARCHIVE_NOT_CANONICAL: 'ARCHIVE_NOT_CANONICAL',
  ARCHIVE_ENTRY_FORBIDDEN: 'ARCHIVE_ENTRY_FORBIDDEN',
  ARCHIVE_ORDER: 'ARCHIVE_ORDER',
  ARCHIVE_LAYOUT: 'ARCHIVE_LAYOUT',
  PACKAGE_DIGEST_MISMATCH: 'PACKAGE_DIGEST_DIFFERS',
  SOURCE_PROOF_INVALID: 'SOURCE_PROOF_INVALID',
};

/**
 * Turns a defect of the format into a finding; `otherwise` is the code for defects that are not listed.
 * @throws Whatever is no defect of the format: a malfunction is never a verdict.
 */
export function findingOf(error: unknown, otherwise: RefutedCode): Finding {
  if (!(error instanceof SchemaError)) throw error;
  return refuted(codes[error.code] ?? otherwise, error.message);
}
