import { isJsonObject, parseStrictJson } from '@release-capsule/oci';
import { attestationTypes, parseTimestamp, predicateTypes } from '@release-capsule/schema';
import { type ReleaseSigner, type SummarisedClaim, summarisedClaims, type Summary, summaryFactsField } from './summary.ts';
import { refuseSummary, type SummaryRefusal } from './summary-refusal.ts';

const maxSigners = 256; // a policy can name 64 each for capsule, image and provenance

/**
 * Parses the statement of a verification summary: one subject, and the facts that this project's verifier writes. A
 * summary by another verifier has none of them, and says too little to stand for anything here.
 * Source: SLSA v1.1, verification_summary; docs/format.md, "Verification summaries".
 */
export function parseSummary(payload: Uint8Array): Summary | SummaryRefusal {
  try {
    return readStatement(parseStrictJson(payload, 'the summary'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no reason given';
    return refuseSummary('SUMMARY_MALFORMED', `cannot be read: ${reason}`);
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function readStatement(json: unknown): Summary {
  const statement = asObject(json, 'the statement');
  if (statement['_type'] !== attestationTypes.statement) throw new Error('it is not an in-toto Statement v1');
  if (statement['predicateType'] !== predicateTypes.verificationSummary) throw new Error('its predicate is another');
  const predicate = asObject(statement['predicate'], 'predicate');
  return {
    capsuleDigest: readSubject(statement['subject']),
    result: asText(predicate['verificationResult'], 'verificationResult'),
    timeVerified: asTime(predicate['timeVerified'], 'timeVerified'),
    policyDigest: asDigest(asObject(predicate['policy'], 'policy')['digest'], 'policy.digest'),
    ...readFacts(asObject(predicate[summaryFactsField], summaryFactsField)),
  };
}

function readSubject(subjects: unknown): string {
  const [subject, ...others] = Array.isArray(subjects) ? subjects : [];
  if (others.length > 0) throw new Error(`it has ${others.length + 1} subjects, wanted one`);
  return asDigest(asObject(subject, 'subject')['digest'], 'subject.digest');
}

function readFacts(facts: JsonObject): Pick<Summary, 'stage' | 'imageDigest' | 'freight' | 'claims' | 'signers'> {
  const { image, freight } = facts;
  return {
    stage: asText(facts['stage'], 'stage'),
    ...(image !== undefined && { imageDigest: asDigest(asObject(image, 'image')['digest'], 'image.digest') }),
    ...(freight !== undefined && { freight: asText(freight, 'freight') }),
    claims: readClaims(facts['claims']),
    signers: asList(facts['signers'], 'signers').map(readSigner),
  };
}

/** Claims that it says more of than it can stand for are left out: a later version may know more. */
function readClaims(claims: unknown): readonly SummarisedClaim[] {
  const named = asList(claims, 'claims');
  return summarisedClaims.filter((claim) => named.includes(claim));
}

function readSigner(json: unknown): ReleaseSigner {
  const signer = asObject(json, 'signers[]');
  const { identity } = signer;
  return {
    id: asText(signer['id'], 'signers[].id'),
    ...(identity !== undefined && { identity: asText(identity, 'signers[].identity') }),
    signedAt: asList(signer['signedAt'], 'signers[].signedAt').map((time) => asTime(time, 'signers[].signedAt')),
  };
}

function asObject(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Error(`${place} is not an object`);
}

function asList(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= maxSigners) return value;
  throw new Error(`${place} is not a list of up to ${maxSigners}`);
}

function asText(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place} is not a text`);
}

function asTime(value: unknown, place: string): Date {
  return new Date(parseTimestamp(asText(value, place)) * 1000);
}

/** Reads a set of digests that holds SHA-256 alone: of two, each reader might compare another. */
function asDigest(value: unknown, place: string): string {
  const set = asObject(value, place);
  const { sha256 } = set;
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && Object.keys(set).length === 1) return `sha256:${sha256}`;
  throw new Error(`${place} is not SHA-256 alone`);
}
