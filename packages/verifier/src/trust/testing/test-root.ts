import { generateKeyPairSync } from 'node:crypto';
import { parseTrustedRoot } from '../parse-trusted-root.ts';
import type { TrustedRoot } from '../trusted-root.ts';

/** One log, as a trusted root has it. */
export function rootLog(changes: object = {}): object {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawBytes = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    baseUrl: 'https://log.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes, keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start: '2026-01-01T00:00:00Z' } },
    logId: { keyId: Buffer.from('log').toString('base64') },
    ...changes,
  };
}

/** The JSON of a trusted root with one log. */
export function rootJson(changes: object = {}): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [rootLog()],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
    ...changes,
  };
}

/** A trusted root that nothing is signed under. */
export function testRoot(): TrustedRoot {
  return parseTrustedRoot(Buffer.from(JSON.stringify(rootJson())), { source: 'file', label: 'trusted_root.json' });
}
