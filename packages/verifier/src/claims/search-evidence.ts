import type { Evidence } from '../findings/finding.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';
import type { AcceptedSignature } from '../signature/search-record.ts';

/** Lists what a search for signatures has come upon: who has signed, and why the others do not count. */
export function searchEvidence({ accepted, refused }: Pick<SignatureSearch, 'accepted' | 'refused'>): Evidence {
  return {
    referrers: accepted.map(({ referrer }) => referrer),
    accepted: accepted.map(describeAccepted),
    refused: refused.map(({ referrer, code, message }) => `${referrer ?? 'the list'}: ${code}: ${message}`),
  };
}

function describeAccepted({ signer, referrer, identity, signedAt, logged }: AcceptedSignature): string {
  const facts = [
    ...(identity === undefined || signer.kind === 'key' || signer.identity.kind === 'exact' ? [] : [`as ${identity}`]),
    ...signedAt.map((time) => `signed at ${time.toISOString()}`),
    ...logged.map((place) => `logged at ${place}`),
  ];
  return [`${signerLabel(signer)} (${referrer})`, ...facts].join(', ');
}
