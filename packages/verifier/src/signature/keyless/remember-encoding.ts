import { ASN1Obj, X509Certificate } from '@sigstore/core';

/**
 * Makes of a certificate one that is encoded once. The library compares and verifies certificates by encoding them
 * anew, dozens of times a signature and byte by byte, which was a third of what a verification by identity cost.
 */
export function rememberEncoding(certificate: X509Certificate): X509Certificate {
  return new X509Certificate(new EncodedOnce(certificate.root));
}

class EncodedOnce extends ASN1Obj {
  #encoded: Buffer | undefined;

  constructor({ tag, value, subs }: ASN1Obj) {
    super(tag, value, subs.map((sub) => new EncodedOnce(sub)));
  }

  override toDER(): Buffer {
    this.#encoded ??= this.#encode();
    return this.#encoded;
  }

  #encode(): Buffer {
    const content = this.subs.length === 0 ? this.value : Buffer.concat(this.subs.map((sub) => sub.toDER()));
    return Buffer.concat([Buffer.of(this.tag.toDER(), ...lengthOctets(content.byteLength)), content]);
  }
}

const longestShortForm = 0x7f;

/** Source: ITU-T X.690 (02/2021), sections 8.1.3 and 10.1. */
function lengthOctets(length: number): readonly number[] {
  if (length <= longestShortForm) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) octets.unshift(rest % 0x100);
  return [0x80 | octets.length, ...octets];
}
