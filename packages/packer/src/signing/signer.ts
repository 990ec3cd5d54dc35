/** What a verifier needs to recognise who signed. */
export type SignerKey =
  | {
      readonly kind: 'publicKey';
      /** base64(SHA-256(SubjectPublicKeyInfo, DER)); names the key in the bundle and proves nothing. */
      readonly hint: string;
      readonly publicKeyPem: string;
    }
  | {
      readonly kind: 'certificate';
      /** The leaf certificate alone. */
      readonly certificatePem: string;
      /** Who issued it, nearest first: only a legacy signature carries them. */
      readonly chainPem?: readonly string[];
    };

/** Returns what verifies a signer's signatures: its certificate, or its public key, in PEM. */
export function verifierPem(key: SignerKey): string {
  return key.kind === 'certificate' ? key.certificatePem : key.publicKeyPem;
}

/** A signature and the key that made it. */
export interface Signature {
  /** As the bundle holds it: ASN.1 DER for ECDSA. */
  readonly signature: Uint8Array;
  readonly key: SignerKey;
}

/** Signs bytes: with a key, or with a certificate that lives for minutes. */
export interface Signer {
  sign(data: Uint8Array, signal?: AbortSignal): Promise<Signature>;
}
