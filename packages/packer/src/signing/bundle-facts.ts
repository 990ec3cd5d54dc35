import { bundleFromJSON, type TransparencyLogEntry } from '@sigstore/bundle';
import { RFC3161Timestamp } from '@sigstore/core';
import { type Digest, parseDigest } from '@release-capsule/schema';
import { formatPem } from '../key/pem.ts';
import { certificateFacts } from './keyless/certificate-facts.ts';
import type { LoggedEntry, SignatureFacts, SignedBy } from './signature-facts.ts';

type Bundle = ReturnType<typeof bundleFromJSON>;

/** Reads who signed out of a bundle of our own, when, and where it is logged. Import this file lazily. */
export function bundleFacts(bytes: Uint8Array): SignatureFacts {
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  return {
    by: signedBy(bundle),
    logged: tlogEntries.map(loggedEntry),
    timestamps: timestamps.map(({ signedTimestamp }) => RFC3161Timestamp.parse(Buffer.from(signedTimestamp)).signingTime),
  };
}

function signedBy({ verificationMaterial: { content } }: Bundle): SignedBy {
  if (content.$case === 'publicKey') return { kind: 'key', fingerprint: fingerprintOf(content.publicKey.hint) };
  const certificate = content.$case === 'certificate' ? content.certificate : content.x509CertificateChain.certificates[0];
  const { identity, issuer } = certificateFacts(formatPem({ label: 'CERTIFICATE', bytes: certificate?.rawBytes ?? Buffer.alloc(0) }));
  return { kind: 'keyless', identity, issuer };
}

/** The hint of a bundle of our own is the fingerprint in base64. */
function fingerprintOf(hint: string): Digest {
  return parseDigest(`sha256:${Buffer.from(hint, 'base64').toString('hex')}`);
}

function loggedEntry({ logId, logIndex, integratedTime }: TransparencyLogEntry): LoggedEntry {
  const time = integratedTime === '0' || integratedTime === '' ? undefined : new Date(Number(integratedTime) * 1000);
  return { logId: logId.keyId.toString('base64'), logIndex, ...(time !== undefined && { time }) };
}
