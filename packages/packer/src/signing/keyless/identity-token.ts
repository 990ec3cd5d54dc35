import { isJsonObject, readJsonObject } from '@release-capsule/oci';
import { PackError } from '../../errors.ts';

/** An identity token, and what its claims say. Nobody has verified it: that is for the certificate authority. */
export interface IdentityToken {
  /** A secret: whoever holds it until it expires can sign in this name. */
  readonly token: string;
  /** Who issued it. */
  readonly issuer: string;
  /** What a key is proven to belong to: the e-mail address where there is a verified one, else the subject. */
  readonly subject: string;
  readonly expires: Date;
  /** Whom the issuer relies on itself, and Fulcio names instead of it. Source: Dex, `federated_claims.connector_id`. */
  readonly federatedIssuer?: string;
}

/** Where a token came from, for messages, and the time. */
export interface ParseTokenOptions {
  /** Like `SIGSTORE_ID_TOKEN`. */
  readonly from: string;
  readonly now: Date;
}

const maxTokenCharacters = 16 * 1024; // those of CI services have two thousand
const maxSeconds = 8.64e12; // the last time that a Date can hold
const tokenPattern = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Parses an identity token and refuses one that has expired: the certificate authority would say less about it.
 * Source: RFC 7519, sections 3 and 4.1; sigstore v1.10, pkg/oauthflow, `SubjectFromUnverifiedToken`.
 * @throws {PackError} `IDENTITY_UNAVAILABLE`. Nothing of the token appears in the error.
 */
export function parseIdentityToken(text: string, { from, now }: ParseTokenOptions): IdentityToken {
  const token = text.trim();
  const { iss, sub, email, email_verified: isVerified, exp, federated_claims: federated } = claimsOf(token, from);
  const subject = typeof email === 'string' && email !== '' && isVerified === true ? email : sub;
  if (typeof iss !== 'string' || typeof subject !== 'string' || subject === '') throw unusable(from, 'has no issuer or no subject');
  if (typeof exp !== 'number' || !(Math.abs(exp) <= maxSeconds)) throw unusable(from, 'does not say when it expires');
  const expires = new Date(exp * 1000);
  if (expires <= now) throw expired(from, expires, now);
  const connector = isJsonObject(federated) ? federated['connector_id'] : undefined;
  return { token, issuer: iss, subject, expires, ...(typeof connector === 'string' && { federatedIssuer: connector }) };
}

function claimsOf(token: string, from: string): Readonly<Record<string, unknown>> {
  if (token.length > maxTokenCharacters) throw unusable(from, `is longer than ${maxTokenCharacters} characters`);
  const payload = tokenPattern.exec(token)?.[2];
  if (payload === undefined) throw unusable(from, 'is not a JSON web token');
  // Not said why: the reason could hold a part of the token.
  const claims = readJsonObject(Buffer.from(payload, 'base64url'));
  if (claims !== undefined) return claims;
  throw unusable(from, 'has claims that are not a JSON object');
}

function unusable(from: string, what: string): PackError {
  return new PackError('IDENTITY_UNAVAILABLE', `the identity token of ${from} ${what}`, {
    hint: 'Give a JSON web token as an OpenID Connect issuer writes it, and nothing else.',
  });
}

function expired(from: string, expires: Date, now: Date): PackError {
  const message = `the identity token of ${from} expired at ${expires.toISOString()}; now it is ${now.toISOString()}`;
  return new PackError('IDENTITY_UNAVAILABLE', message, {
    hint: 'Ask for the token right before signing: most live for five to ten minutes. Else check the clock.',
  });
}
