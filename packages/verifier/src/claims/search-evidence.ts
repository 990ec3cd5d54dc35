import { quote } from '@release-capsule/schema';
import type { Evidence } from '../findings/finding.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';
import type { AcceptedSignature, Carrier } from '../signature/search-record.ts';
import { placeText } from '../signature/signature-place.ts';

/** Lists what a search for signatures has come upon: who has signed, where that was found, and why the others do not count. */
export function searchEvidence({ accepted, refused }: Pick<SignatureSearch, 'accepted' | 'refused'>): Evidence {
  return {
    referrers: accepted.map(({ referrer }) => referrer),
    accepted: accepted.map(describeAccepted),
    refused: refused.map(({ code, message, ...carrier }) => `${describeCarrier(carrier)}: ${code}: ${message}`),
  };
}

function describeAccepted({ signer, identity, signedAt, logged, reference, ...carrier }: AcceptedSignature): string {
  const facts = [
    ...(identity === undefined || signer.kind === 'key' || signer.identity.kind === 'exact' ? [] : [`as ${identity}`]),
    ...signedAt.map((time) => `signed at ${time.toISOString()}`),
    ...logged.map((place) => `logged at ${place}`),
    ...(reference === undefined ? [] : [`for ${quote(reference)}, which decides nothing`]),
  ];
  return [`${signerLabel(signer)} (${describeCarrier(carrier)})`, ...facts].join(', ');
}

function describeCarrier({ referrer, place }: Carrier): string {
  return [referrer ?? 'the list', ...(place === undefined ? [] : [placeText(place)])].join(' ');
}
