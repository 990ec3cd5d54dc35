import { type Descriptor, MemoryStore, pushBytes } from '@release-capsule/oci';
import {
  chooseServices,
  findIdentity,
  keylessSigner,
  openWitnesses,
  parseSigningConfig,
  type Signer,
  type Witness,
} from '@release-capsule/packer';
// The packer does not export it: nobody should sign what was not checked.
import { signManifest, type SignManifestOptions } from '../../packages/packer/src/signing/sign-manifest.ts';
import { bytesOf } from '../releases/signing.ts';
import { makeToken } from './identity.ts';

const now = (): Date => new Date();

/** What a keyless signature is made with. */
export interface KeylessSetup {
  readonly signer: Signer;
  readonly witnesses: readonly Witness[];
}

/** Sets keyless signing up, as the command does: from a signing configuration and a token. */
export async function setUpKeyless(signingConfig: string, token: string = makeToken()): Promise<KeylessSetup> {
  const services = chooseServices(parseSigningConfig(Buffer.from(signingConfig)), now());
  const { certificateAuthority } = services;
  if (certificateAuthority === undefined) throw new Error('the configuration names no certificate authority');
  const identity = await findIdentity({ env: { SIGSTORE_ID_TOKEN: token }, now: now() });
  return { signer: keylessSigner({ certificateAuthority, identity, now }), witnesses: openWitnesses(services) };
}

/** An image manifest in a store, and what was attached to it. */
export interface SignedImage {
  readonly store: MemoryStore;
  readonly image: Descriptor;
  readonly bundle: Buffer;
}

/** Stores a manifest, signs it, and returns the bundle as a reader finds it. */
export async function signImage(signer: Signer, options: Partial<SignManifestOptions> = {}): Promise<SignedImage> {
  const { store, image } = await storeImage();
  const referrer = await signManifest(store, image, signer, { now, ...options });
  const { layers } = JSON.parse((await bytesOf(store, referrer)).toString());
  return { store, image, bundle: await bytesOf(store, layers[0]) };
}

/** Stores the manifest of an ordinary image. */
export async function storeImage(): Promise<{ readonly store: MemoryStore; readonly image: Descriptor }> {
  const store = new MemoryStore();
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 };
  const manifest = { config, layers: [], mediaType, schemaVersion: 2 };
  return { store, image: await pushBytes(store, { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) }) };
}
