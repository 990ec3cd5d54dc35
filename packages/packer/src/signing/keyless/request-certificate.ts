import { type KeyObject, sign } from 'node:crypto';
import { askService, type ServiceRequest, serviceRefused } from '../service/ask-service.ts';
import { listOf, objectOf, parseJsonAnswer, textOf } from '../service/json-answer.ts';
import { servicePath } from '../service/service-url.ts';
import type { IdentityToken } from './identity-token.ts';

/** What a certificate is asked for with. */
export interface CertificateRequest {
  readonly authority: URL;
  readonly identity: IdentityToken;
  readonly privateKey: KeyObject;
  readonly publicKeyPem: string;
  readonly signal?: AbortSignal | undefined;
}

const service = 'the certificate authority';
const maxAnswerBytes = 256 * 1024; // a chain of three certificates has some five thousand
const maxCertificates = 16;
const hint = 'Check that it accepts tokens of this issuer, for the audience "sigstore".';

/**
 * Asks Fulcio for a certificate of a key in the name of an identity. Returns the chain, the leaf first, as PEM.
 * Spoken directly, since the client of @sigstore/sign keeps the leaf alone, reads answers without a bound, follows
 * redirects with the token, and repeats the token in an error.
 * Source: fulcio v1.8.8, fulcio.proto, `CreateSigningCertificate`.
 * @throws {PackError} `SERVICE_UNAVAILABLE`, `SERVICE_REFUSED`, `SIGNATURE_REJECTED` where the answer holds no chain.
 */
export async function requestCertificate(options: CertificateRequest): Promise<readonly [string, ...string[]]> {
  const { authority, identity, privateKey, publicKeyPem, signal } = options;
  const proofOfPossession = sign('sha256', Buffer.from(identity.subject), privateKey).toString('base64');
  const body = {
    credentials: { oidcIdentityToken: identity.token },
    publicKeyRequest: { publicKey: { algorithm: 'ECDSA', content: publicKeyPem }, proofOfPossession },
  };
  const request: ServiceRequest = {
    service,
    method: 'POST',
    url: servicePath(authority, 'api/v2/signingCert'),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    secrets: [identity.token],
    maxBytes: maxAnswerBytes,
    signal,
  };
  const answer = await askService(request);
  if (answer.status >= 400) throw serviceRefused(request, answer, hint);
  return chainOf(answer.bytes);
}

function chainOf(bytes: Uint8Array): readonly [string, ...string[]] {
  const answer = parseJsonAnswer(bytes, `the answer of ${service}`);
  const signed = objectOf(answer['signedCertificateEmbeddedSct'] ?? answer['signedCertificateDetachedSct'], 'the signed certificate');
  const listed = listOf(objectOf(signed['chain'], 'the certificate chain')['certificates'], 'the certificate chain');
  const [leaf, ...issuers] = listed.slice(0, maxCertificates).map((pem) => textOf(pem, 'a certificate of the chain'));
  return [textOf(leaf, 'the certificate'), ...issuers];
}
