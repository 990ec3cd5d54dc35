import { ASN1Obj, X509Certificate } from '@sigstore/core';

/**
 * Makes of a certificate one that is encoded once. The library compares and verifies certificates by encoding them
 * anew, dozens of times a signature, which was a third of what a verification by identity cost.
 */
export function rememberEncoding(certificate: X509Certificate): X509Certificate {
  const { root } = certificate;
  const [signed, ...others] = root.subs;
  if (signed === undefined) return certificate;
  return new X509Certificate(new EncodedOnce(root, [new EncodedOnce(signed, signed.subs), ...others]));
}

class EncodedOnce extends ASN1Obj {
  #encoded: Buffer | undefined;

  constructor({ tag, value }: ASN1Obj, subs: ASN1Obj[]) {
    super(tag, value, subs);
  }

  override toDER(): Buffer {
    this.#encoded ??= super.toDER();
    return this.#encoded;
  }
}
