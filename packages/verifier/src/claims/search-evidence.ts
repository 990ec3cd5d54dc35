import { quote } from '@release-capsule/schema';
import type { Evidence } from '../findings/finding.ts';
import { signerLabel } from '../policy/signer-id.ts';
import type { SignatureSearch } from '../signature/search-conclusion.ts';
import type { AcceptedSignature, Carrier } from '../signature/search-record.ts';
import { placeText } from '../signature/signature-place.ts';
import { signerText, type SigningFacts } from '../signature/signing-facts.ts';

/**
 * Lists what a search for signatures has come upon: who has signed, where that was found, and why the others do not count.
 * Where everything was looked at, `examined` has it all, with what each says of itself.
 */
export function searchEvidence(search: SignatureSearch, explain = false): Evidence {
  const { accepted, refused } = search;
  return {
    ...(explain && { examined: examine(search) }),
    referrers: accepted.map(({ referrer }) => referrer),
    accepted: accepted.map(describeAccepted),
    refused: refused.map((refusal) => `${describeCarrier(refusal)}: ${refusal.code}: ${refusal.message}`),
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

function examine({ accepted, surplus, refused, failures }: SignatureSearch): readonly string[] {
  return [
    ...accepted.map((carrier) => `counts: ${describeExamined(carrier)}`),
    ...surplus.map((carrier) => `would count as well: ${describeExamined(carrier)}`),
    ...refused.map((refusal) => `does not count: ${describeExamined(refusal)}: ${refusal.code}: it ${refusal.message}`),
    ...failures.map(({ code, message }) => `could not be looked at: ${code}: ${message}`),
  ];
}

/** As it presents itself: who, when and where is not verified for having been read. */
function describeExamined(carrier: Carrier): string {
  const { facts } = carrier;
  if (facts === undefined) return describeCarrier(carrier);
  const { signer, signedAt, logged } = facts;
  const issuer = signer.kind === 'certificate' ? ` (${signer.issuer})` : '';
  return [
    `${describeCarrier(carrier)} by ${quote(`${signerText(signer)}${issuer}`)}`,
    ...(signedAt.length + logged.length === 0 ? ['has no timestamp and no log entry'] : evidenceTexts(facts)),
  ].join(', ');
}

function evidenceTexts({ signedAt, logged }: SigningFacts): readonly string[] {
  return [
    signedAt.length === 0 ? 'has no timestamp' : `says signed at ${signedAt.join(' and ')}`,
    logged.length === 0 ? 'has no log entry' : `says logged at ${logged.join(' and ')}`,
  ];
}

function describeCarrier({ referrer, place }: Carrier): string {
  return [referrer ?? 'the list', ...(place === undefined ? [] : [placeText(place)])].join(' ');
}
