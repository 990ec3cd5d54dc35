import type { Descriptor } from '@release-capsule/oci';
import { quote } from '@release-capsule/schema';
import { signerLabel } from '../policy/signer-id.ts';
import { countSigners } from './count-signers.ts';
import type { AcceptedSignature, RefusedSignature, SearchRecord } from './search-record.ts';
import type { LookupFailure } from './lookup-failure.ts';
import type { Refusal, SignatureRefusalCode } from './refusal.ts';

interface Outcome {
  /** One sentence for people. */
  readonly message: string;
  readonly accepted: readonly AcceptedSignature[];
  /** Every signature that was looked at and does not count. */
  readonly refused: readonly RefusedSignature[];
  /** What counts as well and was not needed; more than a few only where everything was looked at. */
  readonly surplus: readonly AcceptedSignature[];
  /** What could not be looked up. */
  readonly failures: readonly LookupFailure[];
}

interface Refuted {
  readonly state: 'refuted';
  readonly code: SignatureRefusalCode;
  readonly message: string;
}

/** What became of a search: enough signatures, not enough of them, or no way to tell. */
export type SignatureSearch =
  | (Outcome & { readonly state: 'proven'; readonly code: 'SIGNATURE_VALID' })
  | (Outcome & Refuted)
  | (Outcome & { readonly state: 'unknown'; readonly code: LookupFailure['code']; readonly hint?: string });

/** What a conclusion is about. */
export interface ConcludeSearchOptions {
  readonly subject: Descriptor;
  readonly threshold: number;
  /** How many referrers of any kind there were. */
  readonly listed: number;
}

// Of several refusals the one is reported that comes nearest to a signature that counts.
const nearestFirst: readonly Refusal['code'][] = [
  'SIGNATURE_EXPIRED',
  'SIGNATURE_TOO_EARLY',
  'SIGNATURE_OTHER_SUBJECT',
  'SIGNATURE_SEVERAL_SUBJECTS',
  'SIGNATURE_ROOT_OUTDATED',
  'SIGNATURE_CERTIFICATE_EXPIRED',
  'SIGNATURE_SCT_MISSING',
  'SIGNATURE_SCT_INVALID',
  'SIGNATURE_TIME_MISSING',
  'SIGNATURE_TIMESTAMP_INVALID',
  'SIGNATURE_LOG_MISSING',
  'SIGNATURE_LOG_OTHER_BYTES',
  'SIGNATURE_LOG_PROOF',
  'SIGNATURE_LOG_PROMISE',
  'SIGNATURE_LOG_CHECKPOINT',
  'SIGNATURE_INVALID',
  'SIGNATURE_BY_DENIED',
  'SIGNATURE_CLAIM_DIFFERS',
  'SIGNATURE_WRONG_ISSUER',
  'SIGNATURE_WRONG_IDENTITY',
  'SIGNATURE_CERTIFICATE_UNTRUSTED',
  'SIGNATURE_BY_CERTIFICATE',
  'SIGNATURE_BY_KEY',
  'SIGNATURE_UNTRUSTED',
  'SIGNATURE_TOO_LARGE',
  'SIGNATURE_MALFORMED',
  'SIGNATURE_NOT_A_SIGNATURE',
];

/** Concludes a search: a satisfied policy comes before a failure to look, and that before every refusal. */
export function concludeSearch(record: SearchRecord, options: ConcludeSearchOptions): SignatureSearch {
  const { accepted, refused, failures, surplus } = record;
  const { threshold, subject } = options;
  const found = { accepted, refused, surplus, failures };
  const signers = countSigners(accepted);
  if (signers > 0 && signers >= threshold) {
    const message = `${subject.digest} is signed by ${describeSigners(accepted)}`;
    return { state: 'proven', code: 'SIGNATURE_VALID', message, ...found };
  }
  const failure = failures.find(({ code }) => code !== 'SIGNATURE_INCOMPLETE') ?? failures[0];
  if (failure !== undefined) {
    const message = `the signatures of ${subject.digest} could not be looked up: ${failure.message}`;
    return { state: 'unknown', code: failure.code, message, ...hintOf(failure), ...found };
  }
  if (accepted.length > 0) {
    const message = `${subject.digest} is signed by ${signers} of the ${threshold} signers that the policy asks for`;
    return { state: 'refuted', code: 'SIGNATURE_THRESHOLD', message, ...found };
  }
  return { ...concludeRefused(refused, options), ...found };
}

function hintOf({ hint }: LookupFailure): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

function concludeRefused(refused: readonly RefusedSignature[], options: ConcludeSearchOptions): Refuted {
  const { subject, listed } = options;
  const nearest = nearestFirst
    .map((code) => refused.find((refusal) => refusal.code === code))
    .find((refusal) => refusal !== undefined);
  if (nearest === undefined) {
    const message = `${subject.digest} has no signature (referrers: ${listed})`;
    return { state: 'refuted', code: 'SIGNATURE_MISSING', message };
  }
  const others = refused.filter((refusal) => refusal !== nearest && refusal.code !== 'SIGNATURE_NOT_A_SIGNATURE').length;
  const which = nearest.referrer === undefined ? 'something attached' : `the signature ${nearest.referrer}`;
  const message = `${which} ${nearest.message}${others === 0 ? '' : `; ${otherSignatures(others)}`}`;
  return { state: 'refuted', code: nearest.code, message };
}

function otherSignatures(count: number): string {
  return count === 1 ? '1 other signature does not count either' : `${count} other signatures do not count either`;
}

const maxNamed = 3; // one line for people; the evidence lists all

/** Names who has signed, as the policy names them; behind a pattern, who it was. */
function describeSigners(accepted: readonly AcceptedSignature[]): string {
  const names = accepted.map(({ signer, identity }) => {
    return signer.kind === 'key' || identity === undefined ? signerLabel(signer) : `${quote(identity)} (${signer.issuer})`;
  });
  const others = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  return `${names.slice(0, maxNamed).join(', ')}${others}`;
}
