import type { Descriptor, Fetcher, ReferrerLister } from '@release-capsule/oci';
import { type Finding, proven, refuted, unknown } from '../findings/finding.ts';
import type { Policy, PolicySigner } from '../policy/policy.ts';
import { signerLabel } from '../policy/signer-id.ts';
import { findSignatures } from '../signature/find-signatures.ts';
import { withoutDenied } from './not-denied.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';

/** What SIGNATURE is judged by. */
export interface SignatureOptions {
  readonly policy: Policy;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** What looking for signatures has found. */
export interface JudgedSignature {
  readonly finding: Finding;
  /** The policy's signers whose signatures count. */
  readonly signers: readonly PolicySigner[];
}

/** Judges SIGNATURE: enough signers of the policy have signed this manifest, and it alone. */
export async function judgeSignature(
  store: ReferrerLister & Fetcher,
  capsule: Descriptor,
  { policy, now, signal }: SignatureOptions,
): Promise<JudgedSignature> {
  const { threshold } = policy.capsule;
  const nowMs = now.getTime();
  const signers = withoutDenied(policy.capsule.signers, policy.deny);
  const search = await findSignatures(store, capsule, { signers, threshold, nowMs, signal });
  if (search.state === 'refuted' && signers.length < policy.capsule.signers.length) {
    // Says that a denied signer has signed, where that is why nobody else's signature was found.
    const all = await findSignatures(store, capsule, { signers: policy.capsule.signers, threshold, nowMs, signal });
    if (all.state === 'proven') return { finding: describe(search), signers: all.accepted.map(({ signer }) => signer) };
  }
  return { finding: describe(search), signers: search.accepted.map(({ signer }) => signer) };
}

function describe(search: SignatureSearch): Finding {
  const evidence = {
    referrers: search.accepted.map(({ referrer }) => referrer),
    accepted: search.accepted.map(({ signer, referrer }) => `${signerLabel(signer)} (${referrer})`),
    refused: search.refused.map(({ referrer, code, message }) => `${referrer ?? 'the list'}: ${code}: ${message}`),
  };
  if (search.state === 'proven') return proven(search.code, search.message, { evidence });
  if (search.state === 'refuted') return refuted(search.code, search.message, { evidence });
  return unknown(search.code, search.message, { evidence });
}
