import { isJsonObject, parseStrictJson } from '@release-capsule/oci';
import { attestationTypes, type Digest, quote } from '@release-capsule/schema';
import { refuse, type Refusal } from './refusal.ts';

/** An in-toto statement, as far as it is needed here. */
export interface Statement {
  readonly kind: 'statement';
  /** False for the version before, in which `cosign attest` still writes its attestations. */
  readonly isCurrent: boolean;
  readonly predicateType: string;
  /** One map from algorithm to hex digest a subject. */
  readonly subjects: readonly Readonly<Record<string, unknown>>[];
  /** Of any shape: a signature's is empty. */
  readonly predicate: unknown;
}

const formerType = 'https://in-toto.io/Statement/v0.1';
const maxDepth = 1000; // a predicate is of any shape, an SBOM's components nest

/**
 * Parses the payload of a DSSE envelope as an in-toto statement. Fields that it does not know are left out, as in-toto
 * asks ("Monotonic principle").
 * Source: in-toto Attestation Framework v1, spec/v1/statement.md; v0.1.0, spec/v0.1.0/statement.md.
 */
export function parseStatement(payload: Uint8Array): Statement | Refusal {
  const json = tryParse(payload);
  if (!isJsonObject(json) || (json['_type'] !== attestationTypes.statement && json['_type'] !== formerType)) {
    return refuse('SIGNATURE_MALFORMED', 'is not over an in-toto Statement v1');
  }
  const { _type: type, predicateType, subject, predicate } = json;
  if (typeof predicateType !== 'string' || !Array.isArray(subject)) {
    return refuse('SIGNATURE_MALFORMED', 'is over a statement without predicateType or subject');
  }
  const subjects = subject.map((item: unknown) => (isJsonObject(item) ? item['digest'] : undefined));
  if (!subjects.every(isJsonObject)) {
    return refuse('SIGNATURE_MALFORMED', 'is over a statement whose subject has no digest');
  }
  return { kind: 'statement', isCurrent: type === attestationTypes.statement, predicateType, subjects, predicate };
}

/** Tells why a statement is not of the predicate that is wanted, or returns nothing. */
export function refusePredicate({ predicateType }: Statement, wanted: string): Refusal | undefined {
  if (predicateType === wanted) return undefined;
  return refuse('SIGNATURE_NOT_A_SIGNATURE', `is an attestation of type ${quote(predicateType)}`);
}

/**
 * Tells why a statement is not about `digest` alone, or returns nothing: it is a Statement v1, and its one subject has
 * exactly that SHA-256 digest and no other.
 */
export function refuseSubject({ isCurrent, subjects }: Statement, digest: Digest): Refusal | undefined {
  if (!isCurrent) return refuse('SIGNATURE_MALFORMED', 'is not over an in-toto Statement v1');
  const [subject] = subjects;
  if (subject === undefined) return refuse('SIGNATURE_MALFORMED', 'is over a statement without a subject');
  if (subjects.length > 1) return refuse('SIGNATURE_SEVERAL_SUBJECTS', `has ${subjects.length} subjects, wanted one`);
  const algorithms = Object.keys(subject);
  if (algorithms.length !== 1 || algorithms[0] !== 'sha256') {
    return refuse('SIGNATURE_MALFORMED', `has the digests ${quote(algorithms.join(', '))}, wanted sha256 alone`);
  }
  const { sha256 } = subject;
  if (typeof sha256 !== 'string') return refuse('SIGNATURE_MALFORMED', 'has a subject whose sha256 is not a text');
  if (`sha256:${sha256}` === digest) return undefined;
  return refuse('SIGNATURE_OTHER_SUBJECT', `is of sha256 ${quote(sha256)}, wanted ${digest}`);
}

function tryParse(payload: Uint8Array): unknown {
  try {
    return parseStrictJson(payload, 'the statement', { maxDepth });
  } catch {
    return undefined;
  }
}
