import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Descriptor, mediaTypes, openRegistry, pushBytes } from '@release-capsule/oci';
import { type LockedPackage, lockImages, type LockOptions, openHelm, openKustomize } from '@release-capsule/promoter';
import { type Digest, formatImageLock, parseImageLock } from '@release-capsule/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workbench } from '../cli/workbench.ts';
import { startDockerRegistry } from './support/docker-registry.ts';
import { kustomizePackage, type Tree } from './support/image-packages.ts';
import { listFiles } from './support/list-files.ts';
import { chartsToLock, chartsWithoutValues, demandingChart, inflatingPackage, kustomizePackageToLock } from './support/lock-packages.ts';
import type { CrashingRegistry } from './support/registry.ts';
import { runToSuccess } from './support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { type RequiredTool, toolPath } from './tools.ts';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

const digest: Digest = `sha256:${'5'.repeat(64)}`;
const application = { repository: 'ghcr.io/acme/podinfo' };

interface LockRun extends Omit<Partial<LockOptions>, 'renderers'> {
  readonly helm?: RequiredTool | undefined;
  readonly kustomize?: RequiredTool | undefined;
}

async function lock(tree: Tree, { helm, kustomize, ...options }: LockRun): Promise<LockedPackage> {
  const files = new Map(Object.entries(tree).map(([path, text]) => [path, Buffer.from(text)]));
  const temporaryDirectory = folder.path;
  const opened = helm && (await openHelm({ given: toolPath(helm), temporaryDirectory }));
  const renderers = {
    helm: opened,
    kustomize: kustomize && (await openKustomize({ given: toolPath(kustomize), helm: opened, temporaryDirectory })),
  };
  const read = async (path: string): Promise<Uint8Array> => files.get(path) ?? new Uint8Array();
  const kind = files.has('Chart.yaml') ? 'helm' : 'kustomize';
  const defaults = { kind, temporaryDirectory, resolve: async () => digest, application } as const;
  const locked = await lockImages({ paths: [...files.keys()], read }, { ...defaults, renderers, ...options });
  expect(parseImageLock(formatImageLock(locked.lock))).toEqual(locked.lock);
  expect(readdirSync(folder.path)).toEqual([]);
  return locked;
}

describe.each(['helm3', 'helm'] as const)('a chart that %s renders', (helm) => {
  test.each(Object.entries(chartsToLock))('with %s is locked with the values that set its image', async (_what, { tree, name, values }) => {
    const { lock: locked, warnings } = await lock(tree, { helm, choose: async () => [name] });

    expect(locked.image).toEqual({ repository: 'ghcr.io/acme/podinfo', names: [{ name }], values });
    expect(warnings).toEqual([]);
    expect(locked.rendered).toMatchObject({ kubeVersion: '1.34.0', probe: true });
  });

  test.each(Object.entries(chartsWithoutValues))('with %s has only the names in its lock, and a warning', async (_what, tree) => {
    const { lock: locked, warnings } = await lock(tree, { helm, choose: async ({ choices }) => choices.filter((choice) => choice.endsWith('podinfo')) });

    expect(locked.image).toEqual({ repository: 'ghcr.io/acme/podinfo', names: [{ name: expect.stringMatching(/podinfo$/) }] });
    expect(warnings.map(({ code }) => code)).toEqual(['VALUES_UNKNOWN']);
  });

  test('locks every other image but those of tests, under its spelling', async () => {
    const { lock: locked } = await lock(chartsToLock['repository and tag']?.tree ?? {}, { helm, choose: async () => ['stefanprodan/podinfo'] });

    expect(locked.images).toEqual([{ repository: 'docker.io/library/redis', tag: '7.4', digest, names: [{ name: 'redis', tag: '7.4' }] }]);
  });

  test('is not rendered where it refuses its defaults, and is where the values are given', async () => {
    const choose = async (): Promise<readonly string[]> => ['stefanprodan/podinfo'];
    const { lock: shown, warnings } = await lock(demandingChart, { helm, choose });
    const values = [{ path: 'deploy/values.yaml', content: Buffer.from('host: "# example.com"\n') }];
    const { lock: seen } = await lock(demandingChart, { helm, choose, values });

    expect(shown).toMatchObject({ image: { values: { repository: 'image.repository' } } });
    expect(shown.rendered).toBeUndefined();
    expect(warnings).toMatchObject([{ code: 'NOT_RENDERED', message: expect.stringMatching(/host is needed$/) }, { code: 'IMAGE_NOT_RESOLVED' }]);
    expect(seen).toMatchObject({ image: shown.image, rendered: { values: ['deploy/values.yaml'], probe: true } });
  });

  test('of its own making is locked', async () => {
    const root = join(folder.path, 'created');
    await runToSuccess(toolPath(helm), ['create', 'created'], { cwd: folder.path, env: { HOME: folder.path } });
    const tree = Object.fromEntries(listFiles(root).map(({ path, content }) => [path, content]));
    for (const name of readdirSync(folder.path)) await runToSuccess('rm', ['-r', join(folder.path, name)], { cwd: folder.path, env: {} });
    const { lock: locked, warnings } = await lock(tree, { helm, choose: async () => ['nginx'] });

    expect(locked).toMatchObject({ image: { names: [{ name: 'nginx' }], values: { repository: 'image.repository', tag: 'image.tag' } }, images: [] });
    expect(warnings).toEqual([]);
  });
});

describe.each(['kustomize571', 'kustomize'] as const)('a package that %s renders', (kustomize) => {
  test('is locked with what its overlays and components bring', async () => {
    const { lock: locked, warnings } = await lock(kustomizePackageToLock, { kustomize, choose: async () => ['stefanprodan/podinfo'] });

    expect(locked).toMatchObject({
      image: { repository: 'ghcr.io/acme/podinfo', names: [{ name: 'stefanprodan/podinfo' }] },
      images: [
        { repository: 'docker.io/library/busybox', tag: '1.37', names: [{ name: 'busybox', tag: '1.37' }] },
        { repository: 'docker.io/library/redis', tag: '7.4' },
        { repository: 'quay.io/acme/proxy', digest: `sha256:${'7'.repeat(64)}`, names: [{ name: 'quay.io/acme/proxy' }] },
      ],
      rendered: { by: { kustomize: expect.stringMatching(/^5\./) } },
    });
    expect(warnings).toEqual([]);
  });

  test('is locked with one entry alone where that is named', async () => {
    const { lock: locked } = await lock(kustomizePackageToLock, { kustomize, entry: 'overlays/staging', choose: async () => ['stefanprodan/podinfo'] });

    expect(locked.images.map(({ repository }) => repository)).toEqual(['docker.io/library/redis']);
  });

  test('asks for the tags where one name has several', async () => {
    const asked: (readonly string[])[] = [];
    const { lock: locked } = await lock(kustomizePackage, {
      kustomize,
      choose: async ({ choices }) => {
        asked.push(choices);
        return choices.filter((choice) => /podinfo(?::6.9.2)?$/.test(choice));
      },
    });

    expect(asked).toEqual([
      ['busybox', 'quay.io/acme/more', 'stefanprodan/podinfo'],
      ['6.9.2', 'debug', 'models', 'prometheus'].map((tag) => `stefanprodan/podinfo:${tag}`),
    ]);
    expect(locked.image?.names).toEqual([{ name: 'stefanprodan/podinfo', tag: '6.9.2' }]);
  });

  test.each(['helm3', 'helm'] as const)('has its charts rendered by %s, if that is not too new for it', async (helm) => {
    const { lock: locked, warnings } = await lock(inflatingPackage, { kustomize, helm, choose: async () => ['stefanprodan/podinfo'] });
    const isTooNew = kustomize === 'kustomize571' && helm === 'helm';

    expect(locked.image?.names).toEqual([{ name: 'stefanprodan/podinfo' }]);
    expect(locked.rendered?.by).toEqual(isTooNew ? undefined : { kustomize: expect.stringMatching(/^5/), helm: expect.stringMatching(/^[34]/) });
    expect(warnings.map(({ code }) => code)).toEqual(isTooNew ? ['NOT_RENDERED', 'IMAGE_NOT_RESOLVED'] : []);
  });
});

describe('capsule lock beside a real registry', () => {
  let registry: CrashingRegistry;
  let bench: Workbench;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    bench = new Workbench();
  });
  afterAll(async () => {
    bench[Symbol.dispose]();
    await registry[Symbol.asyncDispose]();
  });

  /** Pushes an index of one empty image, and returns the index's digest. */
  async function pushIndex(repository: string, tag: string, architecture: string): Promise<string> {
    const store = openRegistry({ registry: registry.host, repository });
    const push = (mediaType: string, json: object): Promise<Descriptor> => pushBytes(store, { mediaType, bytes: Buffer.from(JSON.stringify(json)) });
    const { imageConfig, imageManifest, imageIndex } = mediaTypes;
    const config = await push(imageConfig, { architecture, os: 'linux' });
    const image = await push(imageManifest, { schemaVersion: 2, mediaType: imageManifest, config, layers: [] });
    const manifests = [{ ...image, platform: { architecture, os: 'linux' } }];
    const pushed = await push(imageIndex, { schemaVersion: 2, mediaType: imageIndex, manifests });
    await store.tag(pushed, tag);
    return pushed.digest;
  }

  const capsuleYaml = ['apiVersion: release-capsule/v1', 'kind: Capsule', 'name: podinfo', 'package: {from: deploy}', 'image: {repository: ghcr.io/acme/podinfo}', ''];
  const run = (...args: readonly string[]): ReturnType<Workbench['run']> =>
    bench.run(['lock', '--kustomize', toolPath('kustomize'), '--helm', toolPath('helm'), ...args], { cwd: bench.path('app') });
  const commit = (tree: Tree): void => {
    bench.git('rm', '-r', '--quiet', '--ignore-unmatch', '.');
    const files = Object.fromEntries(Object.entries(tree).map(([path, text]) => [`deploy/${path}`, text.replaceAll('redis:7.4', `${registry.host}/acme/redis:7.4`)]));
    bench.commit({ ...files, 'capsule.yaml': capsuleYaml.join('\n') });
  };

  test.each([
    ['a kustomize package', { ...kustomizePackageToLock, 'components/debug/debug.yaml': '{}' }],
    ['a chart', chartsToLock['repository and tag']?.tree ?? {}],
  ])('locks %s to the digest of the index, follows a tag that moves, and is packed', async (_what, tree) => {
    commit(Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith('components'))));
    const first = await pushIndex('acme/redis', '7.4', 'amd64');
    expect(await run('--image-name', 'stefanprodan/podinfo')).toMatchObject({ status: 0 });
    expect(bench.read('app/capsule.lock.yaml')).toContain(`digest: "${first}"`);

    const second = await pushIndex('acme/redis', '7.4', 'arm64');
    expect(await run('--check')).toMatchObject({ status: 0 });
    const { stdout } = await run();
    expect(stdout).toContain(`~ ${registry.host}/acme/redis:7.4  ${first.slice(0, 19)} → ${second.slice(0, 19)}`);

    bench.commit();
    const packed = await bench.json(
      ['pack', '--image-digest', digest, '--source-url', 'https://github.com/acme/podinfo', '--to', `oci:${bench.path('capsules')}`],
      { cwd: bench.path('app') },
    );
    expect(packed['image']).toMatchObject({ repoURL: 'ghcr.io/acme/podinfo', names: [{ name: 'stefanprodan/podinfo' }] });
  });

  test('writes nothing where the tag is not there, or the registry is not', async () => {
    commit({ 'kustomization.yaml': 'resources: [cache.yaml]\n', 'cache.yaml': kustomizePackageToLock['overlays/staging/cache.yaml']?.replace('7.4', '6') ?? '' });
    const image = ['--image-name', 'stefanprodan/podinfo'];
    bench.write('app/deploy/cache.yaml', bench.read('app/deploy/cache.yaml').replace('redis:6', `${registry.host}/acme/redis:6`));

    expect(await run(...image)).toMatchObject({ status: 1, stderr: expect.stringContaining(`the digest of ${registry.host}/acme/redis:6 cannot be found`) });
    await registry.kill();
    expect(await run(...image)).toMatchObject({ status: 3, stderr: expect.stringMatching(/acme\/redis:6 cannot be found: .*\[UNAVAILABLE\]/) });
    expect(existsSync(bench.path('app/capsule.lock.yaml'))).toBe(false);
  });
});
