import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Descriptor, describeContent, type MemoryStore, pushBytes } from '@release-capsule/oci';
import type { KeySigner } from '../../policy/policy.ts';
import { parsePublicKey } from '../public-key.ts';

export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const manifestMediaType = 'application/vnd.oci.image.manifest.v1+json';
export const signType = 'https://sigstore.dev/cosign/sign/v1';
export const provenanceType = 'https://slsa.dev/provenance/v1';

/** A private key and the policy's entry for its public half. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly signer: KeySigner;
}

export function newKey(namedCurve = 'P-256'): TestKey {
  return testKey(generateKeyPairSync('ec', { namedCurve }).privateKey);
}

export function testKey(privateKey: KeyObject): TestKey {
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const { fingerprint, publicKeyPem } = parsePublicKey(pem, 'test.pub');
  const evidence = { logEntries: 0, timestamps: 0, scts: 0 };
  return { privateKey, signer: { kind: 'key', label: 'test.pub', fingerprint, publicKeyPem, evidence } };
}

export function hintOf({ fingerprint }: KeySigner): string {
  return Buffer.from(fingerprint.slice(7), 'hex').toString('base64');
}

/** A signature statement of `digest`, with `changes` on top. */
export function statement(digest: string, changes: object = {}): Buffer {
  const subject = [{ digest: { sha256: digest.slice(7) }, annotations: {} }];
  const fixed = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType: signType, predicate: {} };
  return Buffer.from(JSON.stringify({ ...fixed, ...changes }));
}

export function pae(payload: Uint8Array, payloadType = 'application/vnd.in-toto+json'): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
}

/** What a test bundle is made of; `hash` is SHA-256 unless given. */
export interface BundleParts {
  readonly payload: Buffer;
  readonly key: TestKey;
  readonly hash?: string;
}

/** The JSON of a bundle by key. */
export interface BundleJson {
  readonly mediaType: string;
  readonly verificationMaterial: { readonly publicKey: { readonly hint: string } };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

/** Makes the JSON of a bundle by key, for tests to change. */
export function bundleJson({ payload, key, hash = 'sha256' }: BundleParts): BundleJson {
  const sig = sign(hash, pae(payload), key.privateKey).toString('base64');
  return {
    mediaType: bundleMediaType,
    verificationMaterial: { publicKey: { hint: hintOf(key.signer) } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig }],
    },
  };
}

export function encode(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

export function bundleBytes(parts: BundleParts): Buffer {
  return encode(bundleJson(parts));
}

/** Pushes some manifest that can be signed. */
export async function pushSubject(store: MemoryStore, text = 'capsule'): Promise<Descriptor> {
  const layer = await pushBytes(store, { mediaType: 'application/octet-stream', bytes: Buffer.from(text) });
  return pushManifest(store, { layers: [layer], artifactType: 'application/vnd.release-capsule.v1' });
}

/** Pushes an index of manifests, as an image for several platforms is; annotations stand in their descriptors. */
export async function pushIndex(store: MemoryStore, manifests: readonly Descriptor[]): Promise<Descriptor> {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const bytes = encode({ schemaVersion: 2, mediaType, manifests: manifests.map(({ data: _data, ...descriptor }) => descriptor) });
  return pushBytes(store, { mediaType, bytes });
}

/** Attaches a bundle as cosign does, with `changes` to the manifest. */
export async function attach(
  store: MemoryStore,
  { subject, bytes, changes = {} }: { readonly subject: Descriptor; readonly bytes: Buffer; readonly changes?: object },
): Promise<Descriptor> {
  const layer = await pushBytes(store, { mediaType: bundleMediaType, bytes });
  const { mediaType, digest, size } = subject;
  return pushManifest(store, {
    layers: [layer],
    artifactType: bundleMediaType,
    subject: { mediaType, digest, size },
    annotations: { 'dev.sigstore.bundle.predicateType': signType },
    ...changes,
  });
}

async function pushManifest(store: MemoryStore, fields: object): Promise<Descriptor> {
  const config = await pushBytes(store, { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') });
  const bytes = encode({ schemaVersion: 2, mediaType: manifestMediaType, config, ...fields });
  await pushBytes(store, { mediaType: manifestMediaType, bytes });
  return describeContent(manifestMediaType, bytes);
}
