import { type ExitStatus, exitStatus } from '../exit-status.ts';

/** Codes that say: what was asked for cannot be; ask differently. */
const usageCodes = new Set([
  'REFERENCE_INVALID',
  'OPTION_INVALID',
  'NAME_INVALID',
  'COMMIT_INVALID',
  'TAG_INVALID',
  'DIGEST_INVALID',
  'IMAGE_INVALID',
  'SOURCE_URL_INVALID',
  'PATTERN_INVALID',
  'CONFIG_INVALID',
  'COMMIT_UNKNOWN',
  'SOURCE_URL_UNKNOWN',
  'PACKAGE_PATH_UNKNOWN',
  'PACKAGE_KIND_UNKNOWN',
  'KEY_INVALID',
  'KEY_PASSWORD',
  'KEY_EXISTS',
  'FREIGHT_INVALID',
  'POLICY_INVALID',
  'POLICY_UNSUPPORTED',
  'TRUST_MISSING',
  'CAPSULE_UNNAMED',
  'IMAGE_AMBIGUOUS',
  'TARGET_EXISTS',
  'TARGET_INVALID',
  'FILE_UNREADABLE',
]);

/** Codes that say: it could not be told; the same call may succeed later, or with other credentials. */
const passingCodes = new Set([
  'THROTTLED',
  'UNAVAILABLE',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CREDENTIALS_INVALID',
  'REALM_UNTRUSTED',
  'LAYOUT_LOCKED',
]);

/** Codes that say: something on this machine, or in this program, failed. */
const malfunctionCodes = new Set([
  'STORAGE_FAILED',
  'WRITE_FAILED',
  'SPOOL_CHANGED',
  'ALREADY_DISPOSED',
  'GIT_UNAVAILABLE',
  'GIT_FAILED',
  'SIGNING_FAILED',
]);

const ownErrors = new Set(['OciError', 'SchemaError', 'PackError', 'VerifyError', 'CliError']);

/** Decides the exit status that an error deserves: what was looked at and turned down is a refusal. */
export function statusOfError(error: unknown): ExitStatus {
  if (!(error instanceof Error) || !ownErrors.has(error.name) || !('code' in error)) return exitStatus.malfunction;
  const code = String(error.code);
  if (usageCodes.has(code)) return exitStatus.usage;
  if (passingCodes.has(code)) return exitStatus.couldNotTell;
  return malfunctionCodes.has(code) ? exitStatus.malfunction : exitStatus.refused;
}
