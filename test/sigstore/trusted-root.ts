import type { initializeCA, initializeCTLog, initializeTSA } from '@sigstore/mock';
import type { TestLog } from './test-log.ts';

/** Whom a trusted root trusts. */
export interface TrustedParties {
  readonly authority: Awaited<ReturnType<typeof initializeCA>>;
  readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
  readonly tsa: Awaited<ReturnType<typeof initializeTSA>>;
  readonly logs: readonly TestLog[];
}

const validFor = { start: '2025-01-01T00:00:00Z' };

/** Writes `trusted_root.json`. */
export function writeTrustedRoot({ authority, ctLog, tsa, logs }: TrustedParties): string {
  const named = { subject: { commonName: 'sigstore', organization: 'test' }, validFor };
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs.map(({ host, publicKey, logId }) => log(`https://${host}`, publicKey, logId)),
    certificateAuthorities: [{ ...named, uri: 'https://fulcio.test', certChain: chain(authority.rootCertificate) }],
    ctlogs: [log('https://ct.test', ctLog.publicKey, Buffer.from(base64(ctLog.logID), 'base64'))],
    timestampAuthorities: [{ ...named, uri: 'https://tsa.test', certChain: chain(tsa.intCertificate, tsa.rootCertificate) }],
  });
}

function log(baseUrl: string, publicKey: Buffer, logId: Buffer): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: logId.toString('base64') },
  };
}

function chain(...certificates: readonly ArrayBufferView[]): object {
  return { certificates: certificates.map((certificate) => ({ rawBytes: base64(certificate) })) };
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
}
