import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, parseStrictJson } from '@release-capsule/oci';
import { attestationTypes, preAuthEncoding, quote } from '@release-capsule/schema';
import { type Bundle, bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import { refuse, type Refusal } from './refusal.ts';
import { refuseEvidence } from './refuse-evidence.ts';
import { stripProtobufDefaults } from './strip-protobuf-defaults.ts';

/**
 * A Sigstore bundle with one signed in-toto statement, or what cosign wrote before there were bundles in the form of one.
 * Nothing of it is trusted before the signature is verified.
 */
export interface SignedBundle {
  readonly kind: 'bundle';
  /** The payload of the DSSE envelope; of an older signature, the message. */
  readonly payload: Uint8Array;
  /** The bytes that the signature is over. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** The bytes that timestamps are over, where that is not the signature. */
  readonly timestamped?: Uint8Array;
  readonly material: VerificationMaterial;
  /** The whole of it, for @sigstore/verify. */
  readonly bundle: Bundle;
}

/** By what a bundle asks to be verified. */
export type VerificationMaterial =
  /** `hint` is free text that nothing authenticates. */
  { readonly kind: 'publicKey'; readonly hint: string } | CertificateMaterial;

/** A certificate, DER. */
export interface CertificateMaterial {
  readonly kind: 'certificate';
  readonly certificate: Uint8Array;
}

/** The largest bundle that is read, in bytes: a signature has 10 KiB, an attestation may carry an SBOM. */
export const maxBundleBytes: number = 16 * 1024 * 1024;

const maxMembers = 10_000; // a bundle has a hundred: what it carries is one text in base64
const comma = 0x2c;

const bundleMediaTypes: readonly string[] = [
  attestationTypes.bundle,
  'application/vnd.dev.sigstore.bundle+json;version=0.3', // the older spelling of the same version
];

/**
 * Parses a Sigstore bundle v0.3 with a DSSE envelope around an in-toto statement.
 * Source: Sigstore bundle v0.3 (protobuf-specs v0.5, sigstore_bundle.proto); DSSE v1.0.
 */
export function parseBundle(bytes: Uint8Array): SignedBundle | Refusal {
  if (bytes.byteLength > maxBundleBytes) {
    return refuse('SIGNATURE_TOO_LARGE', `has ${bytes.byteLength} bytes, the limit is ${maxBundleBytes}`);
  }
  // Tiny values alone take fifty times their size in memory, and seconds, before anything is verified.
  if (!hasFewMembers(bytes)) return refuse('SIGNATURE_TOO_LARGE', `has more than ${maxMembers} members, lists and texts together`);
  try {
    return readBundle(parseStrictJson(bytes, 'it'));
  } catch (error) {
    // The library throws its own errors, and TypeErrors for JSON of another shape. Each is the same answer.
    const reason = error instanceof Error ? error.message : 'no reason given';
    return refuse('SIGNATURE_MALFORMED', `is not a Sigstore bundle: ${quote(reason)}`);
  }
}

/** Counts commas, at which JSON of many values cannot do without; those within texts count as well. */
function hasFewMembers(bytes: Uint8Array): boolean {
  let at = -1;
  for (let count = 0; count <= maxMembers; count += 1) {
    at = bytes.indexOf(comma, at + 1);
    if (at === -1) return true;
  }
  return false;
}

function readBundle(json: unknown): SignedBundle | Refusal {
  const mediaType = isJsonObject(json) ? json['mediaType'] : undefined;
  if (typeof mediaType !== 'string' || !bundleMediaTypes.includes(mediaType)) {
    return refuse('SIGNATURE_MALFORMED', `is not a Sigstore bundle v0.3: its mediaType is ${quote(String(mediaType))}`);
  }
  const bundle = bundleFromJSON(json);
  // The library skips unknown fields and what is not base64, and takes the first of two alternatives. What it has
  // read must be all that is there, or another reader could see another bundle.
  if (!isDeepStrictEqual(stripProtobufDefaults(bundleToJSON(bundle)), stripProtobufDefaults(json))) {
    return refuse('SIGNATURE_MALFORMED', 'has a field that a Sigstore bundle v0.3 has not, or in another form');
  }
  return refuseEvidence(bundle.verificationMaterial) ?? readEnvelope(bundle);
}

function readEnvelope(bundle: Bundle): SignedBundle | Refusal {
  if (bundle.content.$case !== 'dsseEnvelope') {
    return refuse('SIGNATURE_MALFORMED', 'is a message signature, wanted a DSSE envelope');
  }
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  if (payloadType !== attestationTypes.payload) {
    const message = `has the payload type ${quote(payloadType)}, wanted ${attestationTypes.payload}`;
    return refuse('SIGNATURE_MALFORMED', message);
  }
  const [signature] = signatures;
  if (signature === undefined || signatures.length !== 1) {
    return refuse('SIGNATURE_MALFORMED', `has ${signatures.length} signatures in its envelope, wanted one`);
  }
  const material = readMaterial(bundle);
  if (material === undefined) return refuse('SIGNATURE_MALFORMED', 'has a certificate chain, which version 0.3 forbids');
  const signed = preAuthEncoding(attestationTypes.payload, payload);
  return { kind: 'bundle', payload, signed, signature: signature.sig, material, bundle };
}

function readMaterial({ verificationMaterial: { content } }: Bundle): VerificationMaterial | undefined {
  if (content.$case === 'publicKey') return { kind: 'publicKey', hint: content.publicKey.hint };
  return content.$case === 'certificate' ? { kind: 'certificate', certificate: content.certificate.rawBytes } : undefined;
}
