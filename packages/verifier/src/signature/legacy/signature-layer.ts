import { createHash } from 'node:crypto';
import { legacyAnnotations } from '@release-capsule/schema';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { SignedBundle } from '../bundle.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { decodeBase64 } from './decode-base64.ts';
import { type LayerAnnotations, readLayerEvidence } from './layer-evidence.ts';

const entryKinds = ['hashedrekord 0.0.1'];

/**
 * Brings an older signature of cosign, a payload with annotations beside it, into the form of a bundle, so that it is
 * verified as one. `payload` is the layer's content, whose digest has been checked.
 * Source: cosign v2.6.4, specs/SIGNATURE_SPEC.md.
 */
export function readSignatureLayer(payload: Uint8Array, annotations: LayerAnnotations): SignedBundle | Refusal {
  const signature = decodeBase64(annotations[legacyAnnotations.signature]);
  if (signature === undefined) return refuse('SIGNATURE_MALFORMED', 'has no signature in its annotations, or one that is not base64');
  const evidence = readLayerEvidence(annotations, entryKinds);
  if (evidence.kind === 'refusal') return evidence;
  const { material, verificationMaterial } = evidence;
  const messageDigest = { algorithm: HashAlgorithm.SHA2_256, digest: createHash('sha256').update(payload).digest() };
  const content = { $case: 'messageSignature', messageSignature: { messageDigest, signature } } as const;
  return { kind: 'bundle', payload, signed: payload, signature, material, bundle: { mediaType: '', verificationMaterial, content } };
}
