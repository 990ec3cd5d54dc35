import { isJsonObject, readJsonObject } from '@release-capsule/oci';
import { attestationTypes, preAuthEncoding, quote } from '@release-capsule/schema';
import type { SignedBundle } from '../bundle.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { decodeBase64 } from './decode-base64.ts';
import { type LayerAnnotations, readLayerEvidence } from './layer-evidence.ts';

const entryKinds = ['dsse 0.0.1', 'intoto 0.0.2'];

/**
 * Brings an older attestation of cosign, a DSSE envelope with annotations beside it, into the form of a bundle, so that
 * it is verified as one. Timestamps are over the whole envelope.
 * Source: cosign v2.6.4, specs/ATTESTATION_SPEC.md; pkg/cosign/verify.go, `VerifyRFC3161Timestamp`; DSSE v1.0, envelope.md.
 */
export function readAttestationLayer(bytes: Uint8Array, annotations: LayerAnnotations): SignedBundle | Refusal {
  const envelope = readEnvelope(bytes);
  if (envelope.kind === 'refusal') return envelope;
  const evidence = readLayerEvidence(annotations, entryKinds);
  if (evidence.kind === 'refusal') return evidence;
  const { payload, signature } = envelope;
  const { material, verificationMaterial } = evidence;
  const dsseEnvelope = { payload, payloadType: attestationTypes.payload, signatures: [{ sig: signature, keyid: '' }] };
  return {
    kind: 'bundle',
    payload,
    signed: preAuthEncoding(attestationTypes.payload, payload),
    signature,
    timestamped: bytes,
    material,
    bundle: { mediaType: '', verificationMaterial, content: { $case: 'dsseEnvelope', dsseEnvelope } },
  };
}

interface Envelope {
  readonly kind: 'envelope';
  readonly payload: Buffer;
  readonly signature: Buffer;
}

function readEnvelope(bytes: Uint8Array): Envelope | Refusal {
  const json = readJsonObject(bytes);
  if (json === undefined) return refuse('SIGNATURE_MALFORMED', 'is not a DSSE envelope');
  const { payloadType, signatures } = json;
  if (payloadType !== attestationTypes.payload) {
    return refuse('SIGNATURE_MALFORMED', `has the payload type ${quote(String(payloadType))}, wanted ${attestationTypes.payload}`);
  }
  const [first, ...others]: readonly unknown[] = Array.isArray(signatures) ? signatures : [];
  const signature = isJsonObject(first) && others.length === 0 ? decodeBase64(first['sig']) : undefined;
  const payload = decodeBase64(json['payload']);
  if (signature !== undefined && payload !== undefined) return { kind: 'envelope', payload, signature };
  return refuse('SIGNATURE_MALFORMED', 'has not exactly one signature and one payload in its envelope');
}
