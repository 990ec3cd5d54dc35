import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyGraph, openLayout, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildServiceImage, equipWorkspace } from './support/built-image.ts';
import { Cosign } from './support/cosign.ts';
import { runGit, workspace } from './support/make-repository.ts';
import { at, oneOf, parseManifests } from './support/manifests.ts';
import { startDockerRegistry } from './support/docker-registry.ts';
import type { TestRegistry } from './support/registry.ts';
import { failedCodes, parseFailed, parseReleased, type Released, type Verified } from './support/released.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

const home = 'https://github.com/release-capsule/release-capsule';
const imageRepository = 'ghcr.io/release-capsule/capsule-verify';

let workbench: Workbench;
let registry: TestRegistry;
let commit: string;
let imageDigest: string;
let revision: string;
let released: Released;

/** This very repository at its commit, cloned; its image in a registry, and its Kubernetes package released for that image. */
beforeAll(async () => {
  workbench = await Workbench.open();
  registry = await startDockerRegistry();
  execFileSync('git', ['clone', '--quiet', '--no-local', workspace, join(workbench.path, 'own')], { stdio: 'ignore' });
  runGit(join(workbench.path, 'own'), 'remote', 'set-url', 'origin', `${home}.git`);
  commit = runGit(join(workbench.path, 'own'), 'rev-parse', 'HEAD').trim();
  equipWorkspace(join(workbench.path, 'own'));
  const built = await buildServiceImage(`${registry.host}/capsule-verify:git-${commit}`, {
    root: join(workbench.path, 'own'),
    documents: join(workbench.path, 'documents'),
  });
  imageDigest = built.digest;
  revision = built.revision;
  released = parseReleased(await workbench.succeed([...release(), '--to', `${registry.host}/capsule-verify-capsule`, '--json']));
}, 300_000);

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  workbench[Symbol.dispose]();
});

/** The line of the release workflow, with a key for the job's identity. */
function release(): readonly string[] {
  return ['release', '--config', 'own/capsule.yaml', '--repo', 'own', '--image-digest', imageDigest, '--key', 'keys/cosign.key'];
}

/** The policy that the package brings along, with a key for the workflow's identity, and this registry for the public one. */
function ownPolicy(): string {
  const policy = parse(readFileSync(join(workbench.path, 'own/deploy/kubernetes/base/config/capsule-verify.yaml'), 'utf8'));
  policy.capsule = { ...policy.capsule, repository: `${registry.host}/capsule-verify-capsule`, signers: [{ key: 'keys/cosign.pub' }] };
  writeFileSync(join(workbench.path, 'policy.yaml'), JSON.stringify(policy));
  return 'policy.yaml';
}

function verification(): readonly string[] {
  return ['--image', `${imageRepository}:git-${commit}@${imageDigest}`, '--policy', ownPolicy()];
}

test('the image says that it is from the commit', () => {
  expect(revision).toBe(commit);
});

test('is accepted by the policy that the service comes with: whole, self-contained, and from the commit', async () => {
  const { outcome, findings } = JSON.parse(await workbench.succeed(['verify', ...verification(), '--json'])) as Verified;
  expect(outcome).toBe('accepted');
  const proven = findings.filter(({ state }) => state === 'proven').map(({ claim }) => claim);
  expect(proven).toEqual(expect.arrayContaining(['SIGNATURE', 'PAIR', 'SELF_CONTAINED', 'PACKAGE_DIGEST', 'SOURCE_PROOF', 'IDENTITY']));
});

test('unpacks to a package that renders, and runs the released image by its digest', async () => {
  await workbench.succeed(['unpack', ...verification(), '--output', 'unpacked']);
  const { image } = parse(readFileSync(join(workbench.path, 'unpacked/release.yaml'), 'utf8'));
  expect(image).toEqual({ repoURL: imageRepository, tag: `git-${commit}`, digest: imageDigest, names: [{ name: imageRepository }] });
  const overlay = { resources: ['package/kustomize/base'], images: [{ name: imageRepository, digest: image.digest }] };
  writeFileSync(join(workbench.path, 'unpacked/kustomization.yaml'), JSON.stringify(overlay));

  const rendered = await workbench.run(toolPath('kustomize'), 'build', 'unpacked');

  const deployment = oneOf(parseManifests(rendered), 'Deployment');
  expect(at(deployment, 'spec.template.spec.containers.0.image')).toBe(`${imageRepository}@${imageDigest}`);
  writeFileSync(join(workbench.path, 'rendered.yaml'), rendered);
  await workbench.run(toolPath('kubectl-validate'), 'rendered.yaml', '--version', '1.30');
});

test('released a second time, the commit is the same capsule', async () => {
  const again = parseReleased(await workbench.succeed([...release(), '--to', `${registry.host}/capsule-verify-capsule`, '--json']));
  expect(again.digest).toBe(released.digest);
});

test('the image, signed and attested as the workflow does it, is proven to be built from the commit', async () => {
  const cosign = new Cosign(workbench);
  const image = `${registry.host}/capsule-verify@${imageDigest}`;
  await cosign.generateKeyPair('image');
  await cosign.sign(image, 'image.key');
  await cosign.attest(image, 'image.key', { file: 'documents/provenance.json', type: 'slsaprovenance1' });
  await cosign.attest(image, 'image.key', { file: 'documents/sbom.spdx.json', type: 'spdxjson' });
  expect(await cosign.verifyAttestation(image, { key: 'image.pub', type: 'spdxjson' })).toMatchObject({ status: 0 });

  // A capsule that names the image where it lies in this test.
  const named = `${registry.host}/capsule-verify:git-${commit}@${imageDigest}`;
  const [command = '', ...args] = release().filter((arg) => arg !== '--image-digest' && arg !== imageDigest);
  await workbench.succeed([command, ...args, '--image', named, '--image-name', imageRepository, '--to', 'oci:local']);
  const policy = {
    apiVersion: 'release-capsule/v1',
    kind: 'Policy',
    capsule: { name: 'capsule-verify', signers: [{ key: 'keys/cosign.pub' }] },
    image: {
      repository: `${registry.host}/capsule-verify`,
      signers: [{ key: 'image.pub' }],
      provenance: { builders: ['https://release-capsule.dev/builders/image/v1'] },
    },
    source: { repository: home },
    require: { provenance: true, sbom: true },
  };
  writeFileSync(join(workbench.path, 'image-policy.yaml'), JSON.stringify(policy));
  await openLayoutWithImage();
  const verdict = await workbench.capsule(['verify', `oci:local:git-${commit}`, '--image', named, '--policy', 'image-policy.yaml', '--json']);
  expect(failedCodes(verdict.stdout)).toEqual([]);
  const { findings } = JSON.parse(verdict.stdout) as Verified;
  const proven = findings.filter(({ state }) => state === 'proven').map(({ claim }) => claim);
  expect(proven).toEqual(expect.arrayContaining(['IMAGE_SIGNATURE', 'PROVENANCE', 'SBOM']));
});

test('the workflow runs what is tried here: the image first, then the capsule with its digest', () => {
  const workflow = parse(readFileSync(join(workspace, '.github/workflows/release.yml'), 'utf8'));
  const steps = workflow.jobs.service.steps.map(({ run = '' }: { run?: string }) => run).join('\n');
  expect(steps).toMatch(/npm run --silent image -- --locked --output "\$IMAGE:git-\$GITHUB_SHA" --documents "\$RUNNER_TEMP"/);
  expect(steps).toMatch(/cosign sign .*@\$DIGEST/);
  expect(steps).toMatch(/npm run --silent capsule -- release --image-digest "\$DIGEST"/);
  expect(workflow.jobs.service.permissions).toEqual({ contents: 'read', packages: 'write', 'id-token': 'write' });
});

test('no job that may publish or sign runs the tests: they run the code of packages that are not published', () => {
  const { jobs } = parse(readFileSync(join(workspace, '.github/workflows/release.yml'), 'utf8'));
  const runs = Object.entries<{ permissions?: Record<string, string>; steps: { run?: string }[] }>(jobs).map(([name, { permissions, steps }]) => {
    return { name, tests: steps.some(({ run = '' }) => /npm (?:test|run check)/.test(run)), writes: Object.values(permissions ?? {}).includes('write') };
  });
  expect(runs).toContainEqual({ name: 'check', tests: true, writes: false });
  expect(runs.filter(({ tests, writes }) => tests && writes)).toEqual([]);
  expect(jobs.release.needs).toBe('check');
});

/** A layout is verified without a registry: the image and what is attached to it are brought along. */
async function openLayoutWithImage(): Promise<void> {
  const layout = await openLayout(join(workbench.path, 'local'), { create: false });
  const images = openRegistry({ registry: registry.host, repository: 'capsule-verify' });
  await copyGraph(images, layout, await images.resolve(imageDigest), { referrers: true });
}

test('is refused at the release where somebody puts the token into the package', async () => {
  const secret = join(workbench.path, 'own/deploy/kubernetes/base/token.yaml');
  mkdirSync(join(secret, '..'), { recursive: true });
  writeFileSync(secret, 'apiVersion: v1\nkind: Secret\nmetadata: { name: capsule-verify-token }\nstringData: { token: hunter2 }\n');
  runGit(join(workbench.path, 'own'), 'add', '--all');
  runGit(join(workbench.path, 'own'), 'commit', '--quiet', '--message', 'Add the token');
  const { status, stdout } = await workbench.capsule([...release(), '--to', 'oci:refused', '--json']);
  expect({ status, code: parseFailed(stdout).code }).toEqual({ status: 1, code: 'SECRET_INCLUDED' });
});
