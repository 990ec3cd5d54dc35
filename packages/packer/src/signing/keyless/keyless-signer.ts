import { createPublicKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { quote } from '@release-capsule/schema';
import { assertArguments } from '../../assert-arguments.ts';
import { rejected } from '../service/json-answer.ts';
import type { Signer } from '../signer.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import type { IdentityToken } from './identity-token.ts';
import { requestCertificate } from './request-certificate.ts';

/** What keyless signing needs. */
export interface KeylessSignerOptions {
  /** Of Fulcio. */
  readonly certificateAuthority: URL;
  readonly identity: IdentityToken;
  /** The system's by default. */
  readonly now?: (() => Date) | undefined;
}

/** Signs in the name of an identity, with a key that lives in memory alone. */
export interface KeylessSigner extends Signer {
  /**
   * Asks for the certificate, if that has not been done, and says whom it names.
   * @throws {PackError} as `sign` does.
   */
  certificate(signal?: AbortSignal): Promise<CertificateFacts>;
}

const slackMs = 60_000; // clocks of a runner and of an authority differ
const endingMs = 30_000; // a certificate about to end would have ended when the log writes its time

interface Issued {
  readonly privateKey: KeyObject;
  readonly facts: CertificateFacts;
  readonly certificatePem: string;
  readonly chainPem: readonly string[];
}

/**
 * Makes a signer of an identity: the first signature asks Fulcio for a certificate of a fresh P-256 key, and all others
 * use it while it is valid. The certificate is held to the key, the clock and the token before anything is signed; its
 * chain and SCT are for the trusted root to say.
 * @throws {PackError} `OPTION_INVALID`; its methods throw `SERVICE_UNAVAILABLE`, `SERVICE_REFUSED`, `SIGNATURE_REJECTED`.
 */
export function keylessSigner(given: KeylessSignerOptions): KeylessSigner {
  assertArguments({ options: { certificateAuthority: 'url', identity: 'object', 'now?': 'function' } }, { options: given });
  const options = { ...given, now: given.now ?? (() => new Date()) };
  let issued: Issued | undefined;
  const current = async (signal?: AbortSignal): Promise<Issued> => {
    if (issued === undefined || isEnding(issued, options.now())) issued = await issue(options, signal);
    return issued;
  };
  return {
    certificate: async (signal) => (await current(signal)).facts,
    async sign(data, signal) {
      const { privateKey, certificatePem, chainPem } = await current(signal);
      return { signature: sign('sha256', data, privateKey), key: { kind: 'certificate', certificatePem, chainPem } };
    },
  };
}

function isEnding({ facts }: Issued, now: Date): boolean {
  return !(facts.notAfter.getTime() - now.getTime() > endingMs); // negated: a clock that tells no time keeps none alive
}

type CompleteOptions = KeylessSignerOptions & { readonly now: () => Date };

async function issue({ certificateAuthority, identity, now }: CompleteOptions, signal?: AbortSignal): Promise<Issued> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const request = { authority: certificateAuthority, identity, privateKey, publicKeyPem, signal };
  const [certificatePem, ...chainPem] = await requestCertificate(request);
  const { certificateFacts } = await import('./certificate-facts.ts');
  const facts = certificateFacts(certificatePem);
  checkCertificate(certificatePem, facts, { publicKeyPem, identity, now: now() });
  return { privateKey, facts, certificatePem, chainPem };
}

interface Expected {
  readonly publicKeyPem: string;
  readonly identity: IdentityToken;
  readonly now: Date;
}

/** A certificate of another key or another issuer's identity would sign in a name that nobody meant. */
function checkCertificate(pem: string, { issuer, notBefore, notAfter }: CertificateFacts, { publicKeyPem, identity, now }: Expected): void {
  const isOurs = new X509Certificate(pem).publicKey.equals(createPublicKey(publicKeyPem));
  if (!isOurs) throw rejected('the certificate is of another key than ours');
  const from = notBefore.getTime() - slackMs;
  if (now.getTime() < from || now > notAfter) {
    const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    throw rejected(`the certificate is valid from ${period}, and now it is ${now.toISOString()}: check the clock`);
  }
  if (issuer === identity.issuer || issuer === identity.federatedIssuer) return;
  throw rejected(`the certificate names the issuer ${quote(issuer)}, the token ${quote(identity.issuer)}`);
}
