import { X509Certificate as OpensslCertificate } from 'node:crypto';
import { ASN1Obj, X509Certificate } from '@sigstore/core';
import type { GitHubClaims } from '../../policy/policy.ts';
import { readIdentity } from './certificate-identity.ts';

/** What a Fulcio leaf certificate says of the identity it was issued to. Nothing of it is believed before its chain is verified. */
export interface LeafFacts {
  /** The only subject alternative name: an e-mail address, a URI or a Fulcio user name. */
  readonly identity: string;
  readonly issuer: string;
  readonly github: GitHubClaims;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

const fulcioArc = '1.3.6.1.4.1.57264.1';
const extendedKeyUsage = '2.5.29.37';
const codeSigning = '1.3.6.1.5.5.7.3.3';
const utf8StringTag = 0x0c;
const maxTextCharacters = 2048;

// Fulcio's first extensions hold raw text, its later ones a DER UTF8String; cosign's flags read the first.
// Source: fulcio v1.8.8, docs/oid-info.md.
const textExtensions = {
  issuer: { raw: 1, der: 8 },
  trigger: { raw: 2, der: 20 },
  sha: { raw: 3, der: 13 },
  workflow: { raw: 4 },
  repository: { raw: 5 },
  ref: { raw: 6, der: 14 },
} as const;

/**
 * Reads a leaf certificate as Fulcio issues it: for code signing, with one subject and the issuer of its token.
 * Source: fulcio v1.8.8, docs/certificate-specification.md and docs/oid-info.md.
 * @throws {Error} For anything else, with the reason as its message; {TypeError} for bytes of another shape.
 */
export function readCertificate(der: Uint8Array): LeafFacts {
  // A second, stricter reader: the first takes any tag for the outermost one, which no signature covers.
  if (!new OpensslCertificate(der).raw.equals(der)) throw new Error('has a certificate with bytes after it');
  const certificate = X509Certificate.parse(Buffer.from(der));
  if (certificate.isCA) throw new Error("is an authority's own certificate");
  assertForCodeSigning(certificate);
  const issuer = readText(certificate, textExtensions.issuer);
  if (issuer === undefined) throw new Error('has a certificate that names no issuer');
  return {
    identity: readIdentity(certificate, `${fulcioArc}.7`),
    issuer,
    github: readGitHub(certificate),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    publicKey: certificate.publicKey,
  };
}

// @sigstore/verify does not look: an authority that also issues for servers must not make signers of them.
function assertForCodeSigning(certificate: X509Certificate): void {
  const usages = certificate.extension(extendedKeyUsage)?.valueObj.subs[0]?.subs ?? [];
  if (usages.some((usage) => usage.toOID() === codeSigning)) return;
  throw new Error('has a certificate that is not for code signing');
}

function readGitHub(certificate: X509Certificate): GitHubClaims {
  const { issuer: _issuer, ...claims } = textExtensions;
  const read = Object.entries(claims).map(([name, place]) => [name, readText(certificate, place)] as const);
  return Object.fromEntries(read.filter(([, text]) => text !== undefined));
}

function readText(certificate: X509Certificate, { raw, der }: { readonly raw: number; readonly der?: number }): string | undefined {
  const first = certificate.extension(`${fulcioArc}.${raw}`)?.value;
  const second = der === undefined ? undefined : certificate.extension(`${fulcioArc}.${der}`)?.value;
  const texts = [...(first === undefined ? [] : [first.toString('utf8')]), ...(second === undefined ? [] : [readDerText(second)])];
  // Two spellings of one fact that differ are a certificate that says two things.
  if (new Set(texts).size > 1) throw new Error(`has a certificate that says two things of ${fulcioArc}.${raw}`);
  if ((texts[0]?.length ?? 0) > maxTextCharacters) throw new Error(`has a certificate with a text of ${texts[0]?.length} characters`);
  return texts[0];
}

function readDerText(value: Buffer): string {
  const text = ASN1Obj.parseBuffer(Buffer.from(value));
  if (text.tag.number !== utf8StringTag || !text.tag.isUniversal()) throw new Error('has a certificate whose text is not a UTF8String');
  return text.value.toString('utf8');
}
