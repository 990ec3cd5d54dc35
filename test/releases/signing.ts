import type { Descriptor, MemoryStore, OciDigest, Store } from '@release-capsule/oci';
import { pushBytes } from '@release-capsule/oci';
import {
  attachBundle,
  generateKeyPair,
  keySigner,
  loadPrivateKey,
  signCapsule,
  type Signer,
} from '@release-capsule/packer';
import { type CapsuleManifest, capsuleMediaTypes, encodeManifest, sha256 } from '@release-capsule/schema';
import { policyFromFlags, type PolicySigner } from '@release-capsule/verifier';

// The packer does not export it: nobody should sign what was not checked.
import { signManifest } from '../../packages/packer/src/signing/sign-manifest.ts';

/** When everything here is signed and verified. */
export const now = (): Date => new Date('2026-11-20T09:33:31Z');

/** A key as the signing side has it, and as the verifying side does. */
export interface TestKey {
  readonly sign: Signer;
  readonly signer: PolicySigner;
  readonly publicKeyPem: string;
}

/** Makes a key pair in cosign's form, and reads it again. */
export async function newKey(label = 'cosign.pub'): Promise<TestKey> {
  const { privateKeyPem, publicKeyPem } = await generateKeyPair('');
  const policy = policyFromFlags({ name: 'app', keyPem: publicKeyPem, keyLabel: label });
  const [signer] = policy.capsule.signers;
  if (signer === undefined) throw new Error('a policy made of a key has a signer');
  return { sign: keySigner(await loadPrivateKey(privateKeyPem, '')), signer, publicKeyPem };
}

/** Signs what a packer would sign: its content is checked first. */
export function sign(store: Store, capsule: Descriptor, key: TestKey): Promise<Descriptor> {
  return signCapsule(store, capsule, key.sign, { now });
}

/** Signs anything: what a careless or hostile holder of the key would sign. */
export function signBlindly(store: Store, capsule: Descriptor, key: TestKey): Promise<Descriptor> {
  return signManifest(store, capsule, key.sign, { now });
}

/** Attaches the bundle of one capsule's signature to another capsule. */
export async function carryOver(store: MemoryStore, signature: Descriptor, to: Descriptor): Promise<Descriptor> {
  const manifest = JSON.parse((await bytesOf(store, signature)).toString());
  const [layer] = manifest.layers;
  const bundle = await bytesOf(store, layer);
  const predicateType = 'https://sigstore.dev/cosign/sign/v1';
  return attachBundle(store, bundle, { subject: to, predicateType, created: now() });
}

/** Stores a capsule that no packer has made: this layer, under the manifest that its record asks for. */
export async function storeCapsule(
  store: Store,
  { layer, ...rest }: Omit<CapsuleManifest, 'layer'> & { readonly layer: Uint8Array },
): Promise<Descriptor> {
  await pushBytes(store, { mediaType: capsuleMediaTypes.layer, bytes: layer });
  const bytes = encodeManifest({ ...rest, layer: { digest: sha256(layer), size: layer.byteLength } });
  return pushBytes(store, { mediaType: capsuleMediaTypes.manifest, bytes });
}

/** Reads content that is known by its descriptor. */
export async function bytesOf(store: MemoryStore, target: { readonly digest: OciDigest; readonly size: number }): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(await store.fetch({ mediaType: 'application/octet-stream', ...target })));
}
