import { readJsonObject } from '@release-capsule/oci';
import { legacyAnnotations } from '@release-capsule/schema';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import type { VerificationMaterial } from '../bundle.ts';
import { refuseEvidence } from '../refuse-evidence.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { decodeBase64 } from './decode-base64.ts';
import { parseLogAnnotation } from './log-annotation.ts';

/** The annotations of a layer: outside input, since neither signature nor digest covers them. */
export type LayerAnnotations = Readonly<Record<string, string>>;

/** What a layer's annotations offer for its verification. */
export interface LayerEvidence {
  readonly kind: 'evidence';
  readonly material: VerificationMaterial;
  /** The same and the rest, for @sigstore/verify. */
  readonly verificationMaterial: Bundle['verificationMaterial'];
}

const maxAnnotationCharacters = 1024 * 1024; // a log entry of an attestation with its certificate has 10 KiB
const pemPattern = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n*$/;

/**
 * Reads certificate, log entry and timestamp out of the annotations of a layer. Without a certificate it is by key.
 * Source: cosign v2.6.4, pkg/oci/static/options.go and signature.go.
 */
export function readLayerEvidence(annotations: LayerAnnotations, entryKinds: readonly string[]): LayerEvidence | Refusal {
  const { certificate: pem, log, timestamp } = pick(annotations);
  if ([pem, log, timestamp].some((text) => (text?.length ?? 0) > maxAnnotationCharacters)) {
    return refuse('SIGNATURE_TOO_LARGE', `has an annotation of more than ${maxAnnotationCharacters} characters`);
  }
  const certificate = pem === undefined ? undefined : parseCertificate(pem);
  const entry = log === undefined ? undefined : parseLogAnnotation(log);
  const stamp = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  if (pem !== undefined && certificate === undefined) return malformed('exactly one certificate');
  if (log !== undefined && entry === undefined) return malformed('a log entry as cosign keeps it');
  if (timestamp !== undefined && stamp === undefined) return malformed('a timestamp as cosign keeps it');
  if (entry === undefined || entryKinds.includes(kindOf(entry))) return assemble(certificate, entry, stamp);
  return refuse('SIGNATURE_LOG_OTHER_BYTES', `has a log entry of another kind than ${entryKinds.join(' or ')}`);
}

function malformed(wanted: string): Refusal {
  return refuse('SIGNATURE_MALFORMED', `has an annotation that is not ${wanted}`);
}

type Picked = Readonly<Record<'certificate' | 'log' | 'timestamp', string | undefined>>;

/**
 * Picks what is read: a chain is not, since intermediates are the trusted root's. An annotation that is there and empty
 * says the same as one that is not.
 */
function pick(annotations: LayerAnnotations): Picked {
  const { certificate, log, timestamp } = legacyAnnotations;
  return {
    certificate: annotations[certificate] || undefined,
    log: annotations[log] || undefined,
    timestamp: annotations[timestamp] || undefined,
  };
}

function parseCertificate(pem: string): Buffer | undefined {
  const [, base64] = pemPattern.exec(pem) ?? [];
  return decodeBase64(base64?.replaceAll('\n', ''));
}

function kindOf({ kindVersion: { kind, version } }: TransparencyLogEntry): string {
  return `${kind} ${version}`;
}

/** Source: cosign v2.6.4, pkg/cosign/bundle/tsa.go, `RFC3161Timestamp`. */
function parseTimestamp(text: string): Buffer | undefined {
  const json = readJsonObject(Buffer.from(text)) ?? {};
  return Object.keys(json).length === 1 ? decodeBase64(json['SignedRFC3161Timestamp']) : undefined;
}

function assemble(
  certificate: Buffer | undefined,
  entry: TransparencyLogEntry | undefined,
  stamp: Buffer | undefined,
): LayerEvidence | Refusal {
  const content: Bundle['verificationMaterial']['content'] =
    certificate === undefined
      ? { $case: 'publicKey', publicKey: { hint: '' } }
      : { $case: 'certificate', certificate: { rawBytes: certificate } };
  const verificationMaterial = {
    content,
    tlogEntries: entry === undefined ? [] : [entry],
    timestampVerificationData: { rfc3161Timestamps: stamp === undefined ? [] : [{ signedTimestamp: stamp }] },
  };
  const material: VerificationMaterial =
    certificate === undefined ? { kind: 'publicKey', hint: '' } : { kind: 'certificate', certificate };
  return refuseEvidence(verificationMaterial) ?? { kind: 'evidence', material, verificationMaterial };
}
