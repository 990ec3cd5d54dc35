import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Descriptor, ReadableStore, ReferrerLister, Store } from '@release-capsule/oci';
import { gitSource, packCapsule, type PackedCapsule, type PackOptions, tagCapsule } from '@release-capsule/packer';
import type { Digest } from '@release-capsule/schema';
import type { Freight, FreightImage, Policy, Verdict, VerifyOptions } from '@release-capsule/verifier';
import { policyFromFlags, verifyCapsule } from '@release-capsule/verifier';
import { commitFiles, type Files, gitEnv, initRepository } from './git-repository.ts';
import { now, sign, type TestKey } from './signing.ts';

export const appRepository = 'ghcr.io/example/app';
export const capsuleRepository = 'ghcr.io/example/app-capsule';
export const sourceRepository = 'https://github.com/example/app';
export const packagePath = 'k8s/kustomize';
export const appDigest: Digest = digestOf('a');
export const otherDigest: Digest = digestOf('b');

/** The smallest kustomization whose package names the application image. */
export const smallKustomization = `commonAnnotations: {image: ${appRepository}}\n`;

/** A small package of two directories. */
export const packageFiles: Files = {
  [`${packagePath}/base/kustomization.yaml`]: 'resources: [deployment.yaml]\n',
  [`${packagePath}/base/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: app, image: ${appRepository}}]}}}
`,
  [`${packagePath}/components/debug/kustomization.yaml`]: 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n',
  [`${packagePath}/hooks/wait.sh`]: { script: '#!/bin/sh\nexit 0\n' },
  'README.md': 'an application\n',
};

/** Makes a digest of one repeated digit. */
export function digestOf(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`;
}

/** A capsule in a store, and what a Freight and policy need to name it. */
export interface Release extends PackedCapsule {
  readonly tag: string;
  /** The application image as the Freight has it. */
  readonly image: FreightImage;
  /** The capsule as the Freight has it. */
  readonly capsule: FreightImage;
}

/** What differs between the releases of these tests. */
export interface ReleaseOptions extends Partial<PackOptions> {
  readonly files?: Files;
  /** Absent where the capsule shall not be signed. */
  readonly key?: TestKey;
  /** Packs without an application image. */
  readonly locksOnly?: boolean;
}

/** Commits files into a repository below `directory`, packs them, signs and tags the capsule. */
export function release(store: Store, directory: string, options: ReleaseOptions = {}): Promise<Release> {
  const { files = packageFiles, ...packing } = options;
  return releaseFrom(store, repositoryOf(directory, files), packing);
}

const repositories = new Map<Files, string>();

/** Makes a repository of files, once: git is the slowest part of these tests. */
function repositoryOf(directory: string, files: Files): string {
  const known = repositories.get(files);
  if (known !== undefined) return known;
  const repository = join(directory, `repository-${repositories.size}`);
  initRepository(repository);
  commitFiles(repository, files);
  repositories.set(files, repository);
  return repository;
}

/** Packs a repository's HEAD, signs and tags the capsule. */
export async function releaseFrom(
  store: Store,
  repository: string,
  { key, locksOnly = false, ...packing }: Omit<ReleaseOptions, 'files'> = {},
): Promise<Release> {
  const source = gitSource({ directory: repository, revision: 'HEAD', env: gitEnv });
  const { image, ...options }: PackOptions = { ...packOptions, ...packing };
  const packed = await packCapsule(source, store, { ...options, ...(!locksOnly && image && { image }) });
  if (key !== undefined) await sign(store, packed.descriptor, key);
  const tag = `git-${packed.record.gitCommit}`;
  await tagCapsule(store, packed.descriptor, tag);
  return { ...packed, tag, ...freightImages(packed, tag) };
}

/** How the packages of these tests are packed unless they say otherwise. */
export const packOptions: PackOptions = {
  name: 'app',
  packagePath,
  image: { repoURL: appRepository, digest: appDigest },
  sourceURL: sourceRepository,
  now,
  temporaryDirectory: tmpdir(),
};

function freightImages({ descriptor, record }: PackedCapsule, tag: string): Pick<Release, 'image' | 'capsule'> {
  const { image } = record;
  return {
    image: image === undefined ? { repoURL: appRepository, tag } : { repoURL: image.repoURL, tag: image.tag, digest: image.digest },
    capsule: { repoURL: capsuleRepository, tag, digest: descriptor.digest },
  };
}

/** Makes a Freight of images. */
export function freightOf(...images: readonly FreightImage[]): Freight {
  return { images, commits: [], charts: [], artifacts: [] };
}

/** A policy that states everything about {@link packageFiles}; `changes` replaces whole members. */
export function policyFor(key: TestKey, changes: Partial<Policy> = {}): Policy {
  const policy = policyFromFlags({
    name: 'app',
    keyPem: key.publicKeyPem,
    capsuleRepository,
    imageRepository: appRepository,
    sourceRepository,
    sourcePath: packagePath,
  });
  return { ...policy, packageKind: 'kustomize', ...changes };
}

/** Verifies with the clock of these tests. */
export function verify(
  store: ReadableStore & ReferrerLister,
  freight: Freight,
  policy: Policy,
  options: Partial<VerifyOptions> = {},
): Promise<Verdict> {
  return verifyCapsule(store, freight, policy, { now, temporaryDirectory: tmpdir(), ...options });
}

/** Lists the codes of what a verdict refutes, and closes the capsule of one that accepts. */
export async function refutations(verdict: Verdict): Promise<readonly string[]> {
  if (verdict.accepted) await verdict.capsule.close();
  return verdict.findings.filter(({ state }) => state === 'refuted').map(({ claim, code }) => `${claim} ${code}`);
}

/** A manifest's descriptor without what a store adds. */
export function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
