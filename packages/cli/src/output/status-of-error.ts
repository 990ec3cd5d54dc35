import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { isCodedError } from './coded-error.ts';

/** Codes that say that the command or its options are invalid. */
const usageCodes = new Set([
  'COMMAND_UNKNOWN',
  'REFERENCE_INVALID',
  'OPTION_INVALID',
  'NAME_INVALID',
  'COMMIT_INVALID',
  'DIGEST_INVALID',
  'IMAGE_INVALID',
  'IMAGE_FIELD_INVALID',
  'SOURCE_URL_INVALID',
  'PATTERN_INVALID',
  'CONFIG_INVALID',
  'LOCK_INVALID',
  'SIGNING_CONFIG_INVALID',
  'IDENTITY_UNAVAILABLE',
  'COMMIT_UNKNOWN',
  'GIT_REPOSITORY_UNKNOWN',
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
  'TRUST_INVALID',
  'CAPSULE_UNNAMED',
  'IMAGE_STORE_MISSING',
  'SERVICE_INVALID',
  'IMAGE_AMBIGUOUS',
  'IMAGE_UNDECIDED',
  'TARGET_EXISTS',
  'TARGET_INVALID',
  'FILE_UNREADABLE',
  'FILE_DIFFERS',
]);

/** Codes that say that it is undetermined: the same call may succeed later, or with other credentials. */
const undeterminedCodes = new Set([
  'THROTTLED',
  'UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CREDENTIALS_INVALID',
  'REALM_UNTRUSTED',
  'LAYOUT_LOCKED',
  'TRUST_UNAVAILABLE',
  'TRUST_EXPIRED',
]);

/** Codes that say: something on this machine, or in this program, failed. */
const malfunctionCodes = new Set([
  'STORAGE_FAILED',
  'WRITE_FAILED',
  'FILE_UNWRITABLE',
  'SPOOL_CHANGED',
  'ALREADY_DISPOSED',
  'GIT_UNAVAILABLE',
  'GIT_FAILED',
  'RENDERER_UNAVAILABLE',
  'SIGNING_FAILED',
]);

/** Decides the exit status that an error deserves: what was looked at and turned down is a refusal. */
export function statusOfError(error: unknown): ExitStatus {
  if (!isCodedError(error)) return exitStatus.malfunction;
  const { code } = error;
  if (usageCodes.has(code)) return exitStatus.usage;
  if (undeterminedCodes.has(code)) return exitStatus.undetermined;
  return malfunctionCodes.has(code) ? exitStatus.malfunction : exitStatus.refused;
}
