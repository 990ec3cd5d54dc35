import { type Descriptor, OciError } from '@release-capsule/oci';
import type { RefutedCode } from '../findings/finding-code.ts';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import { storeHint } from '../findings/store-hint.ts';
import type { ImagePolicy, Policy } from '../policy/policy.ts';
import { findSignatures } from '../signature/find-signatures.ts';
import { failureOf } from '../signature/lookup-failure.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';
import type { ImageStore } from '../verify/verify-options.ts';
import { deniedIdentities, withoutDenied } from './not-denied.ts';
import type { JudgedSignature } from './signature.ts';
import { searchEvidence } from './search-evidence.ts';

/** The application image in the store that holds it. */
export interface FoundImage {
  readonly store: ImageStore;
  /** The manifest or index whose digest the record names. */
  readonly subject: Descriptor;
}

/** What IMAGE_SIGNATURE is judged by. */
export interface ImageSignatureOptions {
  readonly policy: Policy;
  readonly image: ImagePolicy;
  readonly now: Date;
  /** Looks at every signature, and says what became of each. The answer stays the same. */
  readonly explain?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges IMAGE_SIGNATURE: enough signers of the policy's image have signed it, by the rules for the capsule's own
 * signature. Where the image is an index, the index must be signed: the record names it, and it names the rest.
 */
export async function judgeImageSignature({ store, subject }: FoundImage, options: ImageSignatureOptions): Promise<JudgedSignature> {
  const { policy, image, now, explain, signal } = options;
  const search = await findSignatures(store, subject, {
    signers: withoutDenied(image.signers, policy.deny),
    threshold: image.threshold,
    root: policy.trustedRoot,
    denied: deniedIdentities(policy.deny),
    nowMs: now.getTime(),
    everything: explain,
    signal,
  });
  return { finding: describe(search, explain), signed: search.state === 'proven' ? search.accepted : [] };
}

/**
 * Tells what it means for IMAGE_SIGNATURE that the image itself could not be looked up.
 * @throws What is no error of the store: an abort, a malfunction.
 */
export function imageLookupFinding(error: unknown): Finding {
  if (!(error instanceof OciError)) throw error;
  if (isMissing(error)) return refuted('IMAGE_MISSING', `the image is not there: ${error.message}`);
  return unknown(`IMAGE_${failureOf(error).code}`, `the image could not be looked up: ${error.message}`, storeHint(error));
}

/** Tells whether a store says that it does not hold what was asked for. */
export function isMissing({ code }: OciError): boolean {
  return code === 'REFERENCE_UNKNOWN' || code === 'REPOSITORY_UNKNOWN' || code === 'BLOB_UNKNOWN';
}

function describe(search: SignatureSearch, explain: boolean | undefined): Finding {
  const evidence = searchEvidence(search, explain);
  const message = `the image: ${search.message}`;
  if (search.state === 'proven') return proven('IMAGE_SIGNED', message, { evidence });
  if (search.state === 'unknown') {
    return unknown(`IMAGE_${search.code}`, message, { evidence, ...(search.hint !== undefined && { hint: search.hint }) });
  }
  return refuted(codes[search.code] ?? 'IMAGE_SIGNATURE_REFUSED', message, { evidence });
}

// Every other defect of a signature is in the evidence, by the code that it has for the capsule's.
const codes: Readonly<Partial<Record<RefutedCode, RefutedCode>>> = {
  SIGNATURE_MISSING: 'IMAGE_UNSIGNED',
  SIGNATURE_NOT_A_SIGNATURE: 'IMAGE_UNSIGNED',
  SIGNATURE_UNTRUSTED: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_BY_KEY: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_BY_CERTIFICATE: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_BY_DENIED: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_WRONG_IDENTITY: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_WRONG_ISSUER: 'IMAGE_SIGNED_BY_OTHERS',
  SIGNATURE_THRESHOLD: 'IMAGE_SIGNATURE_THRESHOLD',
};
