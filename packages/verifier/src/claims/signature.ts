import type { Descriptor } from '@release-capsule/oci';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { findSignatures, type SignatureStore } from '../signature/find-signatures.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';
import type { AcceptedSignature } from '../signature/search-record.ts';
import { deniedIdentities, withoutDenied } from './not-denied.ts';
import { searchEvidence } from './search-evidence.ts';

/** What SIGNATURE is judged by. */
export interface SignatureOptions {
  readonly policy: Policy;
  readonly now: Date;
  /** Looks at every signature, and says what became of each. The answer stays the same. */
  readonly explain?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What looking for signatures has found. */
export interface JudgedSignature {
  readonly finding: Finding;
  /** The signatures that count, one a signer of the policy. */
  readonly signed: readonly AcceptedSignature[];
}

/** Judges SIGNATURE: enough signers of the policy have signed this manifest, and it alone. */
export async function judgeSignature(
  store: SignatureStore,
  capsule: Descriptor,
  { policy, now, explain, signal }: SignatureOptions,
): Promise<JudgedSignature> {
  const { threshold } = policy.capsule;
  const nowMs = now.getTime();
  const signers = withoutDenied(policy.capsule.signers, policy.deny);
  const options = { threshold, nowMs, root: policy.trustedRoot, signal };
  const search = await findSignatures(store, capsule, { ...options, signers, denied: deniedIdentities(policy.deny), everything: explain });
  if (search.state === 'refuted' && signers.length < policy.capsule.signers.length) {
    const all = await findSignatures(store, capsule, { ...options, signers: policy.capsule.signers });
    const denied = all.accepted.find(({ signer }) => !signers.includes(signer));
    if (denied !== undefined) return { finding: describeDenied(search, denied, explain), signed: all.accepted };
  }
  return { finding: describe(search, explain), signed: search.accepted };
}

/** Says that a denied signer has signed, if that is why no signature counts. */
function describeDenied(search: SignatureSearch, { referrer }: AcceptedSignature, explain: boolean | undefined): Finding {
  if (search.accepted.length > 0) return describe(search, explain);
  const message = `the signature ${referrer} was made by a denied signer; no trusted signature was found`;
  return refuted('SIGNATURE_BY_DENIED', message, { evidence: searchEvidence(search, explain) });
}

function describe(search: SignatureSearch, explain: boolean | undefined): Finding {
  const evidence = searchEvidence(search, explain);
  if (search.state === 'proven') return proven(search.code, search.message, { evidence });
  if (search.state === 'refuted') return refuted(search.code, search.message, { evidence });
  return unknown(search.code, search.message, { evidence, ...(search.hint !== undefined && { hint: search.hint }) });
}
