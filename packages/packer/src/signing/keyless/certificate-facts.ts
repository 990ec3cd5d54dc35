import { X509Certificate } from '@sigstore/core';
import { rejected } from '../service/json-answer.ts';

/** Whom a certificate names, and for how long. */
export interface CertificateFacts {
  /** The URI or e-mail address of its subject. */
  readonly identity: string;
  /** Who vouched for that identity. */
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const issuerOid = '1.3.6.1.4.1.57264.1.8';
const oldIssuerOid = '1.3.6.1.4.1.57264.1.1'; // the text itself, not wrapped in a DER string

/**
 * Reads out of a Fulcio certificate whom it names. Import this file lazily: it loads the parser of certificates.
 * Source: fulcio v1.8.8, docs/oid-info.md.
 * @throws {PackError} `SIGNATURE_REJECTED` where it is no certificate, or names nobody.
 */
export function certificateFacts(pem: string): CertificateFacts {
  try {
    const certificate = X509Certificate.parse(pem);
    const { subjectAltName: identity, notBefore, notAfter } = certificate;
    const issuer = issuerOf(certificate);
    if (identity !== undefined && identity !== '' && issuer !== undefined) return { identity, issuer, notBefore, notAfter };
  } catch (cause) {
    throw rejected('the certificate authority answered with what is not a certificate', cause);
  }
  throw rejected('the certificate names no identity, or no issuer');
}

function issuerOf(certificate: X509Certificate): string | undefined {
  const text = certificate.extension(issuerOid)?.valueObj.subs[0]?.value ?? certificate.extension(oldIssuerOid)?.value;
  return text?.toString('utf8');
}
