/** The JSON of a trusted root. */
export interface RootJson {
  readonly mediaType: string;
  readonly tlogs: readonly object[];
  readonly certificateAuthorities: readonly object[];
  readonly ctlogs: readonly object[];
  readonly timestampAuthorities: readonly object[];
}

/** Before anything that a test signs. */
export const longAgo = '2020-01-01T00:00:00Z';

/** Whom a trusted root of a test trusts: nobody unless given. */
export function rootJsonOf(parts: Partial<RootJson>): RootJson {
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  return { mediaType, tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [], ...parts };
}

/** A log with a P-256 key; `publicKey` is its SubjectPublicKeyInfo. */
export interface RootLog {
  readonly baseUrl: string;
  readonly publicKey: Uint8Array;
  readonly logId: ArrayBufferView;
  readonly validFor?: object;
}

/** A log as a trusted root has it. */
export function rootLogJson({ baseUrl, publicKey, logId, validFor = { start: longAgo } }: RootLog): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: bufferOf(publicKey).toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: bufferOf(logId).toString('base64') },
  };
}

/** An authority as a trusted root has it; its chain begins with what issues. */
export function rootAuthorityJson(uri: string, chain: readonly ArrayBufferView[]): object {
  return {
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri,
    certChain: { certificates: chain.map((der) => ({ rawBytes: bufferOf(der).toString('base64') })) },
    validFor: { start: longAgo },
  };
}

/** The bytes of what the mock returns, which may be a view of something larger. */
export function bufferOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
