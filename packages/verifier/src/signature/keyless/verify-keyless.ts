import type { TrustedIdentity } from '../../policy/policy.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import type { SignedBundle } from '../bundle.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { type LeafFacts, readCertificate } from './certificate.ts';
import { refuseSigner } from './match-signer.ts';
import { type ProvenEvidence, verifyEvidence } from './verify-evidence.ts';

/** What a keyless signature is verified against. */
export interface VerifyKeylessOptions {
  readonly signers: readonly TrustedIdentity[];
  readonly root: TrustedRoot;
  /** Identities that are on the deny list. */
  readonly denied: readonly string[];
  /** The clock, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** A keyless signature that verifies: which signers of the policy it is by, and what proves when. */
export interface VerifiedKeyless {
  readonly kind: 'verified-keyless';
  readonly signers: readonly { readonly signer: TrustedIdentity; readonly evidence: ProvenEvidence }[];
  /** The identity that the certificate names. */
  readonly identity: string;
}

/**
 * Verifies a signature by certificate: it is by a signer of the policy, and the certificate, its transparency, the log
 * entries, the timestamps and the signature hold. Who it is by is looked at first, since that costs nothing.
 */
export function verifyKeyless(bundle: SignedBundle, { signers, root, denied, nowMs }: VerifyKeylessOptions): VerifiedKeyless | Refusal {
  const facts = factsOf(bundle);
  if ('kind' in facts) return facts;
  if (denied.includes(facts.identity)) return refuse('SIGNATURE_BY_DENIED', 'was made by a denied signer');
  const matched = signers.map((signer) => ({ signer, refusal: refuseSigner(facts, signer) }));
  const matching = matched.filter(({ refusal }) => refusal === undefined);
  const judged = matching.map(({ signer }) => ({ signer, evidence: verifyEvidence(bundle, { root, nowMs, thresholds: signer.evidence }) }));
  const verified = judged.flatMap(({ signer, evidence }) => (evidence.kind === 'evidence' ? [{ signer, evidence }] : []));
  if (verified.length > 0) return { kind: 'verified-keyless', signers: verified, identity: facts.identity };
  return firstRefusal(judged.map(({ evidence }) => evidence)) ?? nearest(matched.map(({ refusal }) => refusal));
}

function factsOf({ material }: SignedBundle): LeafFacts | Refusal {
  if (material.kind === 'publicKey') return refuse('SIGNATURE_BY_KEY', 'is by a key, and the policy names only identities');
  try {
    return readCertificate(material.certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'has a certificate that cannot be read';
    return refuse('SIGNATURE_MALFORMED', reason);
  }
}

function firstRefusal(judged: readonly (ProvenEvidence | Refusal)[]): Refusal | undefined {
  return judged.find((result) => result.kind === 'refusal');
}

/** Of several signers that it is not by, the one that it comes nearest to. */
function nearest(refusals: readonly (Refusal | undefined)[]): Refusal {
  const order: readonly Refusal['code'][] = ['SIGNATURE_CLAIM_DIFFERS', 'SIGNATURE_WRONG_ISSUER', 'SIGNATURE_WRONG_IDENTITY'];
  const found = order.flatMap((code) => refusals.filter((refusal) => refusal?.code === code));
  return found[0] ?? refuse('SIGNATURE_UNTRUSTED', 'is by a certificate, and the policy names only keys');
}
