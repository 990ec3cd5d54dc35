import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Descriptor, describeContent, pushBytes, type Store } from '@release-capsule/oci';
import { encode, manifestMediaType, pae } from './signing.ts';
import type { TestSigstore } from './test-sigstore.ts';

export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';
export const dsseEnvelopeType = 'application/vnd.dsse.envelope.v1+json';

/** A layer under a legacy tag. */
export interface LegacyLayer {
  readonly bytes: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The payload of an older signature of `digest`. */
export function simpleSigning(digest: string, changes: object = {}): Buffer {
  const image = { 'docker-manifest-digest': digest };
  const critical = { identity: { 'docker-reference': 'registry.example/app' }, image, type: 'cosign container image signature', ...changes };
  return encode({ critical, optional: null });
}

/** Signs a payload by key. */
export function signPayload(bytes: Buffer, privateKey: KeyObject, hash = 'sha256'): LegacyLayer {
  return { bytes, annotations: { 'dev.cosignproject.cosign/signature': sign(hash, bytes, privateKey).toString('base64') } };
}

/** The body of the log entry for a signature, with `pem` as the verifier. */
export function hashedRekord(bytes: Buffer, signature: string, pem: string): object {
  const hash = { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
  const content = Buffer.from(pem).toString('base64');
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec: { data: { hash }, signature: { content: signature, publicKey: { content } } } };
}

/** Signs a payload as cosign does without a key: by a certificate, logged. */
export async function signKeyless(sigstore: TestSigstore, bytes: Buffer, identity: string): Promise<LegacyLayer> {
  const { privateKey, der } = await sigstore.certify(identity);
  const pem = pemOf('CERTIFICATE', der);
  const { annotations } = signPayload(bytes, privateKey);
  const signature = annotations['dev.cosignproject.cosign/signature'] ?? '';
  const logged = sigstore.promise(hashedRekord(bytes, signature, pem));
  return { bytes, annotations: { ...annotations, 'dev.sigstore.cosign/certificate': pem, 'dev.sigstore.cosign/bundle': logged } };
}

/** Attests as cosign 2 does without a key: an envelope, logged, with a timestamp over the whole of it. */
export async function attestKeyless(sigstore: TestSigstore, payload: Buffer, identity: string): Promise<LegacyLayer> {
  const { privateKey, der } = await sigstore.certify(identity);
  const pem = pemOf('CERTIFICATE', der);
  const sig = sign('sha256', pae(payload), privateKey).toString('base64');
  const bytes = encode({ payloadType: 'application/vnd.in-toto+json', payload: payload.toString('base64'), signatures: [{ keyid: '', sig }] });
  const payloadHash = { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') };
  const envelopeHash = { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
  const signatures = [{ signature: sig, verifier: Buffer.from(pem).toString('base64') }];
  const logged = sigstore.promise({ apiVersion: '0.0.1', kind: 'dsse', spec: { envelopeHash, payloadHash, signatures } });
  const annotations = {
    'dev.cosignproject.cosign/signature': '',
    'dev.sigstore.cosign/certificate': pem,
    'dev.sigstore.cosign/bundle': logged,
    'dev.sigstore.cosign/rfc3161timestamp': await sigstore.stamp(bytes),
  };
  return { bytes, annotations };
}

export function pemOf(kind: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
}

export function publicPem(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

/** Puts layers under the legacy tag of a subject, as cosign does; returns the manifest. */
export async function pushLegacy(
  store: Store,
  subject: Descriptor,
  layers: readonly LegacyLayer[],
  { suffix = 'sig', mediaType = simpleSigningType }: { readonly suffix?: string; readonly mediaType?: string } = {},
): Promise<Descriptor> {
  const pushed: Descriptor[] = [];
  for (const { bytes, annotations } of layers) pushed.push({ ...(await pushBytes(store, { mediaType, bytes })), annotations });
  const config = await pushBytes(store, { mediaType: 'application/vnd.oci.image.config.v1+json', bytes: Buffer.from('{}') });
  const bytes = encode({ schemaVersion: 2, mediaType: manifestMediaType, config, layers: pushed });
  await pushBytes(store, { mediaType: manifestMediaType, bytes });
  const manifest = describeContent(manifestMediaType, bytes);
  await store.tag(manifest, `${subject.digest.replace(':', '-')}.${suffix}`);
  return manifest;
}
