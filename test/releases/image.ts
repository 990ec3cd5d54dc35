import { type Descriptor, MemoryStore } from '@release-capsule/oci';
import { parseDigest } from '@release-capsule/schema';
import type { ImagePolicy, Policy } from '@release-capsule/verifier';
import { pushBuiltImage } from '../../packages/verifier/src/provenance/testing/built-image.ts';
import {
  buildKitOfDirectory,
  githubAttestation,
  type ProducedPredicate,
} from '../../packages/verifier/src/provenance/testing/producers.ts';
import { attest } from './attest.ts';
import { appRepository, policyFor, release, type Release, sourceRepository } from './release.ts';
import { newKey, signBlindly, type TestKey } from './signing.ts';

/** Who takes part in a release whose every half is signed. */
export interface ChainKeys {
  readonly release: TestKey;
  readonly image: TestKey;
  readonly builder: TestKey;
}

/** An image and its capsule, each in a store of its own. */
export interface Chain {
  readonly keys: ChainKeys;
  readonly capsules: MemoryStore;
  readonly images: MemoryStore;
  readonly image: Descriptor;
  readonly app: Release;
  /** What GitHub says of the image's build. */
  readonly provenance: ProducedPredicate;
  /** Asks for everything that there is to ask of the image. */
  readonly policy: Policy;
}

/** What is done to the image, or left out: everything unless given. */
export interface ChainOptions {
  readonly sbom?: Uint8Array;
  readonly sign?: (chain: Chain) => Promise<unknown>;
  readonly attest?: (chain: Chain) => Promise<unknown>;
  /** Lets the image itself hold BuildKit's provenance. */
  readonly isBuiltByBuildKit?: boolean;
}

/** Makes the keys of a release. */
export async function newKeys(): Promise<ChainKeys> {
  return { release: await newKey('release.pub'), image: await newKey('image.pub'), builder: await newKey('builder.pub') };
}

/** Builds an image and the capsule that is paired with it, from one commit; signs and attests both. */
export async function makeChain(directory: string, keys: ChainKeys, options: ChainOptions = {}): Promise<Chain> {
  const [capsules, images] = [new MemoryStore(), new MemoryStore()];
  const { record } = await release(new MemoryStore(), directory);
  const from = { repository: sourceRepository, commit: record.gitCommit };
  const provenance = githubAttestation(from);
  const buildKit = options.isBuiltByBuildKit === true ? { provenance: buildKitOfDirectory(from) } : {};
  const image = await pushBuiltImage(images, ['amd64', 'arm64'].map((name) => ({ name, ...buildKit })));
  const app = await release(capsules, directory, {
    key: keys.release,
    image: { repoURL: appRepository, digest: parseDigest(image.digest) },
    ...(options.sbom !== undefined && { sbom: options.sbom }),
  });
  const chain = { keys, capsules, images, image, app, provenance, policy: policyOf(keys) };
  await (options.sign ?? signImage)(chain);
  await (options.attest ?? attestImage)(chain);
  return chain;
}

/** Signs the image with its own key. */
export function signImage({ images, image, keys }: Chain): Promise<Descriptor> {
  return signBlindly(images, image, keys.image);
}

/** Attests the image's build with the builder's key. */
export function attestImage({ images, image, keys, provenance }: Chain): Promise<Descriptor> {
  return attest(images, image, keys.builder, provenance);
}

/** The same policy with changes to what it says of the image. */
export function withImage(policy: Policy, changes: Partial<ImagePolicy>): Policy {
  return policy.image === undefined ? policy : { ...policy, image: { ...policy.image, ...changes } };
}

function policyOf(keys: ChainKeys): Policy {
  const policy = policyFor(keys.release, { require: { provenance: true, sbom: true, lineage: false, lockedImages: false } });
  return withImage(policy, { signers: [keys.image.signer], provenance: { signers: [keys.builder.signer], builders: [] } });
}
