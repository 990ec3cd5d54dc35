import { OciError, type OciErrorCode } from '@release-capsule/oci';
import type { UnknownCode } from '../findings/finding-code.ts';
import { storeHint } from '../findings/store-hint.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Says that signatures could not be looked up, which is not the same as that there are none. */
export interface LookupFailure {
  readonly kind: 'lookup-failure';
  readonly code: Extract<UnknownCode, `SIGNATURE_${string}`>;
  readonly message: string;
  /** What to do next, where the store knows better than the code. */
  readonly hint?: string;
}

/**
 * Failures that say nothing against the store. A bound that was met costs it nothing: a smaller referrer may still be
 * read. And three referrers without their content, which anybody who may push can list first, must not hide a signature
 * that counts.
 */
const harmlessCodes: readonly LookupFailure['code'][] = ['SIGNATURE_TOO_MANY', 'SIGNATURE_INCOMPLETE'];

const failureCodes: ReadonlyMap<OciErrorCode, LookupFailure['code']> = new Map([
  ['THROTTLED', 'SIGNATURE_THROTTLED'],
  ['UNAUTHORIZED', 'SIGNATURE_FORBIDDEN'],
  ['FORBIDDEN', 'SIGNATURE_FORBIDDEN'],
  ['CREDENTIALS_INVALID', 'SIGNATURE_FORBIDDEN'],
  ['REALM_UNTRUSTED', 'SIGNATURE_FORBIDDEN'],
  ['REDIRECT_REFUSED', 'SIGNATURE_MISDIRECTED'],
  ['ADDRESS_REFUSED', 'SIGNATURE_MISDIRECTED'],
]);

/**
 * What a store that is not whole, or not up to date, says of a referrer that it has listed. Whether it would have been a
 * signature that counts is not known. Content of a wrong length was cut off, or is a proxy's page.
 */
const incompleteCodes: readonly OciErrorCode[] = ['BLOB_UNKNOWN', 'REFERENCE_UNKNOWN', 'SIZE_MISMATCH'];

/** Defects of one referrer, which say nothing of the store or of the other referrers. */
const defectCodes: ReadonlyMap<OciErrorCode, Refusal['code']> = new Map([
  ['MANIFEST_INVALID', 'SIGNATURE_MALFORMED'],
  ['DESCRIPTOR_INVALID', 'SIGNATURE_MALFORMED'],
  ['DIGEST_MISMATCH', 'SIGNATURE_MALFORMED'],
  ['LIMIT_EXCEEDED', 'SIGNATURE_TOO_LARGE'],
]);

/**
 * Tells what it means that the list of referrers could not be read to its end: that signatures could not be looked up,
 * unless something in the list is not what its digest names, which no second try will mend.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export function listFailure(error: unknown): LookupFailure | Refusal {
  if (!(error instanceof OciError)) throw error;
  if (error.code === 'DIGEST_MISMATCH') return refuse('SIGNATURE_MALFORMED', `cannot be read: ${error.message}`);
  if (error.code !== 'LIMIT_EXCEEDED') return failureOf(error);
  return { kind: 'lookup-failure', code: 'SIGNATURE_TOO_MANY', message: error.message };
}

/**
 * Tells what it means that one referrer could not be read: a defect of this referrer, or a failure of the store.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export function referrerFailure(error: unknown): LookupFailure | Refusal {
  if (!(error instanceof OciError)) throw error;
  if (incompleteCodes.includes(error.code)) {
    return { kind: 'lookup-failure', code: 'SIGNATURE_INCOMPLETE', message: `one that is listed is not whole: ${error.message}` };
  }
  const code = defectCodes.get(error.code);
  return code === undefined ? failureOf(error) : refuse(code, `cannot be read: ${error.message}`);
}

/** Tells whether a failure speaks against the store itself, which is left alone after a few of them. */
export function isStoreFailure({ code }: LookupFailure): boolean {
  return !harmlessCodes.includes(code);
}

/** Says that something could not be looked up, by what the store says of it. */
export function failureOf(error: OciError): LookupFailure {
  const code = failureCodes.get(error.code) ?? 'SIGNATURE_LOOKUP_FAILED';
  return { kind: 'lookup-failure', code, message: error.message, ...storeHint(error) };
}
