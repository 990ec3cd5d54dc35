import { createHash } from 'node:crypto';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { askService, type ServiceAnswer, type ServiceRequest, serviceRefused } from '../service/ask-service.ts';
import { countOf, type JsonObject, objectOf, parseJsonAnswer, rejected, textOf } from '../service/json-answer.ts';
import { servicePath } from '../service/service-url.ts';
import type { Testimony, Witness } from '../witness.ts';
import { checkInclusion } from './inclusion-proof.ts';
import { base64, base64Of, hexOf, otherBytes, parseProof, toLogEntry } from './log-entry.ts';
import { logRequest, logService, type WitnessOptions } from './log-request.ts';
import { type SignedContent, signedContent } from './signed-content.ts';

const version = '0.0.1';
const hint = 'Check that the address is that of a Rekor v1 log.';

/**
 * Asks a Rekor v1 log to witness a signature: a DSSE envelope as `dsse`, a plain signature as `hashedrekord`. Its
 * answer is held to our own bytes before it is believed.
 * Source: rekor v1.5.3, openapi.yaml, `createLogEntry`; pkg/types/dsse/v0.0.1 and pkg/types/hashedrekord/v0.0.1.
 */
export function rekorV1Witness(options: WitnessOptions): Witness {
  return {
    kind: 'rekor-v1',
    async testify(content: Bundle['content'], verifierPem: string): Promise<Testimony> {
      const signed = signedContent(content, verifierPem);
      const proposed = content.$case === 'dsseEnvelope' ? dsseEntry(content.dsseEnvelope, signed) : hashedEntry(signed);
      const request = logRequest(options, 'api/v1/log/entries', proposed.request);
      const answer = await foundOrCreated(request, await askService(request));
      if (answer.status >= 400) throw serviceRefused(request, answer, hint);
      return { tlogEntries: [readEntry(parseJsonAnswer(answer.bytes, `the answer of ${logService}`), proposed)] };
    },
  };
}

interface ProposedEntry {
  readonly kind: 'dsse' | 'hashedrekord';
  readonly request: object;
  /** Tells whether the entry that the log made is for the bytes that were signed. */
  readonly isOurs: (spec: JsonObject) => boolean;
}

type Envelope = Extract<Bundle['content'], { readonly $case: 'dsseEnvelope' }>['dsseEnvelope'];

function dsseEntry({ payload, payloadType }: Envelope, { signature, verifier }: SignedContent): ProposedEntry {
  const sig = base64(signature);
  const envelope = JSON.stringify({ payload: base64(payload), payloadType, signatures: [{ sig }] });
  const key = base64(Buffer.from(verifier.pem));
  const payloadHash = createHash('sha256').update(payload).digest('hex');
  return {
    kind: 'dsse',
    request: { apiVersion: version, kind: 'dsse', spec: { proposedContent: { envelope, verifiers: [key] } } },
    isOurs: ({ payloadHash: logged, signatures }) => {
      const [only, ...others] = Array.isArray(signatures) ? signatures.map((entry) => objectOf(entry, 'a signature of the log entry')) : [];
      const isKey = samePem(only?.['verifier'], verifier.pem);
      return others.length === 0 && only?.['signature'] === sig && isKey && objectOf(logged, 'the payload hash')['value'] === payloadHash;
    },
  };
}

function hashedEntry({ signature, digest, hash, verifier }: SignedContent): ProposedEntry {
  const value = Buffer.from(digest).toString('hex');
  const content = base64(signature);
  const publicKey = { content: base64(Buffer.from(verifier.pem)) };
  const spec = { data: { hash: { algorithm: hash, value } }, signature: { content, publicKey } };
  return {
    kind: 'hashedrekord',
    request: { apiVersion: version, kind: 'hashedrekord', spec },
    isOurs: ({ data, signature: signed }) => {
      const logged = objectOf(signed, 'the signature of the log entry');
      const loggedHash = objectOf(objectOf(data, 'the data of the log entry')['hash'], 'the hash of the log entry');
      const isKey = samePem(objectOf(logged['publicKey'], 'the key of the log entry')['content'], verifier.pem);
      return logged['content'] === content && isKey && loggedHash['algorithm'] === hash && loggedHash['value'] === value;
    },
  };
}

/** The log may write a PEM anew: what counts is what it holds. */
function samePem(logged: unknown, ours: string): boolean {
  const body = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return typeof logged === 'string' && body(Buffer.from(logged, 'base64').toString('utf8')) === body(ours);
}

/** Where an answer was lost on the way, the second try finds the entry there already. */
async function foundOrCreated(request: ServiceRequest, answer: ServiceAnswer): Promise<ServiceAnswer> {
  const uuid = /(?:^|\/)([0-9a-f]{64,80})$/.exec(answer.location ?? '')?.[1];
  if (answer.status !== 409 || uuid === undefined) return answer;
  const { body: _sent, ...rest } = request;
  return askService({ ...rest, method: 'GET', url: servicePath(request.url, uuid) });
}

function readEntry(answer: JsonObject, { kind, isOurs }: ProposedEntry): TransparencyLogEntry {
  const [value, ...others] = Object.values(answer);
  const entry = objectOf(value, 'the log entry');
  if (others.length > 0) throw rejected('the transparency log answered with more than one entry');
  const body = base64Of(entry['body'], 'the body of the log entry');
  const logged = parseJsonAnswer(body, 'the body of the log entry');
  const isKind = logged['kind'] === kind && logged['apiVersion'] === version;
  if (!isKind || !isOurs(objectOf(logged['spec'], 'the spec of the log entry'))) {
    throw otherBytes();
  }
  const verification = objectOf(entry['verification'], 'the verification of the log entry');
  const proof = parseProof(objectOf(verification['inclusionProof'], 'the inclusion proof of the log entry'), hexOf);
  checkInclusion(body, proof);
  return toLogEntry({
    kind,
    version,
    body,
    proof,
    logId: hexOf(textOf(entry['logID'], 'the log id'), 'the log id'),
    logIndex: countOf(entry['logIndex'], 'the index of the log entry'),
    integratedTime: countOf(entry['integratedTime'], 'the time of the log entry'),
    signedEntryTimestamp: base64Of(verification['signedEntryTimestamp'], 'the promise of the log'),
  });
}
