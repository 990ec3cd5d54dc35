import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { askService, serviceRefused } from '../service/ask-service.ts';
import { countOf, type JsonObject, objectOf, parseJsonAnswer, textOf } from '../service/json-answer.ts';
import type { Testimony, Witness } from '../witness.ts';
import { checkInclusion } from './inclusion-proof.ts';
import { base64, base64Of, otherBytes, parseProof, toLogEntry } from './log-entry.ts';
import { logRequest, logService, type WitnessOptions } from './log-request.ts';
import { type SignedContent, signedContent } from './signed-content.ts';

const hint = 'Check that the address is that of a Rekor v2 log.';
const keyDetails: ReadonlyMap<string | number, string> = new Map<string | number, string>([
  ['prime256v1', 'PKIX_ECDSA_P256_SHA_256'],
  ['secp384r1', 'PKIX_ECDSA_P384_SHA_384'],
  [2048, 'PKIX_RSA_PKCS1V15_2048_SHA256'],
  [3072, 'PKIX_RSA_PKCS1V15_3072_SHA256'],
  [4096, 'PKIX_RSA_PKCS1V15_4096_SHA256'],
]);
const hashNames = { sha256: 'SHA2_256', sha384: 'SHA2_384' } as const;

/**
 * Asks a Rekor v2 log to witness a signature: as a hashedrekord over what was signed, the one kind of entry that it
 * takes. Its answer is held to our own bytes before it is believed.
 * Source: rekor-tiles v2.3.0, api/proto/rekor/v2/hashedrekord.proto; sigstore-go v1.2.2, pkg/sign/transparency.go,
 * `getRekorV2TLE`.
 */
export function rekorV2Witness(options: WitnessOptions): Witness {
  return {
    kind: 'rekor-v2',
    async testify(content: Bundle['content'], verifierPem: string): Promise<Testimony> {
      const signed = signedContent(content, verifierPem);
      const request = logRequest(options, 'api/v2/log/entries', { hashedRekordRequestV002: entryRequest(signed) });
      const answer = await askService(request);
      if (answer.status >= 400) throw serviceRefused(request, answer, hint);
      return { tlogEntries: [readEntry(parseJsonAnswer(answer.bytes, `the answer of ${logService}`), signed)] };
    },
  };
}

function entryRequest({ signature, digest, verifier }: SignedContent): object {
  const rawBytes = base64(verifier.der);
  const named = verifier.kind === 'certificate' ? { x509Certificate: { rawBytes } } : { publicKey: { rawBytes } };
  const { namedCurve, modulusLength } = verifier.publicKey.asymmetricKeyDetails ?? {};
  const scheme = keyDetails.get(namedCurve ?? modulusLength ?? '');
  return { digest: base64(digest), signature: { content: base64(signature), verifier: { ...named, keyDetails: scheme } } };
}

function readEntry(answer: JsonObject, signed: SignedContent): TransparencyLogEntry {
  const body = base64Of(answer['canonicalizedBody'], 'the canonicalized body of the log entry');
  checkBody(parseJsonAnswer(body, 'the canonicalized body of the log entry'), signed);
  const proof = parseProof(objectOf(answer['inclusionProof'], 'the inclusion proof of the log entry'), base64Of);
  checkInclusion(body, proof);
  const logId = base64Of(objectOf(answer['logId'], 'the log id')['keyId'], 'the log id');
  const logIndex = countOf(answer['logIndex'] ?? 0, 'the index of the log entry'); // protobuf's JSON leaves a zero out
  return toLogEntry({ kind: 'hashedrekord', version: '0.0.2', body, proof, logId, logIndex });
}

function checkBody(body: JsonObject, signed: SignedContent): void {
  const spec = objectOf(objectOf(body['spec'], 'the spec of the log entry')['hashedRekordV002'], 'the hashedrekord of the log entry');
  const data = objectOf(spec['data'], 'the digest of the log entry');
  const signature = objectOf(spec['signature'], 'the signature of the log entry');
  const wanted = JSON.stringify(entryRequest(signed));
  const { keyDetails: details, ...named } = objectOf(signature['verifier'], 'the verifier of the log entry');
  const logged = JSON.stringify({
    digest: textOf(data['digest'], 'the digest of the log entry'),
    signature: { content: signature['content'], verifier: { ...named, keyDetails: details } },
  });
  const isOurs = body['kind'] === 'hashedrekord' && body['apiVersion'] === '0.0.2' && data['algorithm'] === hashNames[signed.hash];
  if (isOurs && logged === wanted) return;
  throw otherBytes();
}
