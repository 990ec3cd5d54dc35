import type { ASN1Obj, X509Certificate } from '@sigstore/core';

const maxIdentityCharacters = 2048;
const emailTag = 1;
const uriTag = 6;
const otherNameTag = 0;

/**
 * Reads the one subject alternative name of a certificate; `otherNameOid` is the only kind of other name that counts.
 * A second name is refused: readers differ in which of two they show.
 * Source: RFC 5280, section 4.2.1.6; fulcio v1.8.8, docs/oid-info.md.
 * @throws {Error} Where there is not exactly one name of a known kind.
 */
export function readIdentity(certificate: X509Certificate, otherNameOid: string): string {
  const names = certificate.extSubjectAltName?.valueObj.subs[0]?.subs ?? [];
  const [name] = names;
  if (name === undefined || names.length !== 1) throw new Error(`has a certificate with ${names.length} subjects, wanted one`);
  const identity = readName(name, otherNameOid);
  if (identity !== undefined && identity !== '' && identity.length <= maxIdentityCharacters) return identity;
  throw new Error('has a certificate whose subject cannot be read');
}

function readName(name: ASN1Obj, otherNameOid: string): string | undefined {
  if (name.tag.isContextSpecific(emailTag) || name.tag.isContextSpecific(uriTag)) return readAscii(name.value);
  if (!name.tag.isContextSpecific(otherNameTag)) return undefined;
  const [oid, wrapped] = name.subs;
  return oid?.toOID() === otherNameOid ? wrapped?.subs[0]?.value.toString('utf8') : undefined;
}

/** An IA5String: a byte beyond ASCII, or a control character, is no part of an address. */
function readAscii(value: Buffer): string | undefined {
  return value.every((byte) => byte > 0x20 && byte < 0x7f) ? value.toString('latin1') : undefined;
}
