import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findImages, imageNamesIn, type NamedImages, type PackageKind, type PinnedText, pinImages } from '@release-capsule/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { charts, kustomizePackage, sharedAnchor, type Tree, writeTree } from './support/image-packages.ts';
import { listFiles } from './support/list-files.ts';
import { runToSuccess } from './support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

const reference = `ghcr.io/acme/podinfo@sha256:${'a'.repeat(64)}`;
const app = 'stefanprodan/podinfo';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'home'));
});
afterAll(() => folder[Symbol.dispose]());

function run(tool: Parameters<typeof toolPath>[0], ...args: readonly string[]): Promise<string> {
  return runToSuccess(toolPath(tool), args, { cwd: folder.path, env: { HOME: join(folder.path, 'home') } });
}

/** Writes a package into a directory of its own and returns its path. */
function write(tree: Tree): string {
  const directory = join(folder.path, `package-${readdirSync(folder.path).length}`);
  writeTree(directory, tree);
  return directory;
}

function namesIn(directory: string, kind: PackageKind): Promise<NamedImages> {
  const files = new Map(listFiles(directory).map(({ path, content }) => [path, Buffer.from(content)]));
  return imageNamesIn({ kind, paths: files.keys(), read: (path) => files.get(path) ?? new Uint8Array() });
}

/** The objects of a stream, as the YAML library gives them: nothing of ours has part in it. */
function objectsIn(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { merge: true, version: '1.1' });
  return Array.isArray(documents) ? documents.map((document) => document.toJS()) : [];
}

const imageKeys = ['image', 'imageName', 'reference'];

/** The objects as they should be: in every image field a released name is replaced, and nothing else. */
function expected(text: string, names: readonly string[]): unknown {
  const released = (value: string): boolean => names.some((name) => value === name || value.startsWith(`${name}:`) || value.startsWith(`${name}@`));
  return JSON.parse(JSON.stringify(objectsIn(text)), (key, value: unknown) => {
    const pinned = imageKeys.includes(key) && typeof value === 'string' && released(value) && !value.endsWith(':of-no-known-field');
    return pinned ? reference : value;
  });
}

function assertPinned(text: string, names: readonly string[]): PinnedText {
  const result = pinImages(text, names.map((name) => ({ name, reference })));
  expect(result.pinned.length).toBeGreaterThan(0);
  expect(objectsIn(result.text)).toEqual(expected(text, names));
  expect(findImages(result.text).filter(({ image }) => image !== undefined && names.includes(image.name))).toEqual([]);
  expect(result.text.split('\n')).toHaveLength(text.split('\n').length);
  return result;
}

describe.each(['kustomize571', 'kustomize'] as const)('what %s renders', (kustomize) => {
  test('has every image of the application pinned, wherever it stands, and nothing else changed', async () => {
    const directory = write(kustomizePackage);
    const rendered = await run(kustomize, 'build', directory);
    const { pinned, others, mentions } = assertPinned(rendered, [app]);

    expect(pinned.map(({ object, path, from }) => `${object.kind} ${object.namespace ?? ''} ${path.join('.')} ${from}`).sort()).toEqual([
      `CronJob  spec.jobTemplate.spec.template.spec.containers.0.image ${app}:6.9.2`,
      `Deployment  spec.template.spec.containers.0.image ${app}:6.9.2`,
      `Deployment  spec.template.spec.initContainers.0.image ${app}:6.9.2`,
      `Deployment  spec.template.spec.volumes.1.image.reference ${app}:models`,
      `Pod one spec.containers.0.image ${app}`,
      `Pod one spec.ephemeralContainers.0.image ${app}:debug`,
      `Pod two spec.containers.0.image ${app}`,
      `Pod two spec.ephemeralContainers.0.image ${app}:debug`,
      `Prometheus  spec.image ${app}:prometheus`,
      `Widget  spec.pools.0.template.spec.containers.0.image ${app}:6.9.2`,
    ]);
    expect(others.map(({ text }) => text).sort()).toEqual(['busybox:1.37', 'quay.io/acme/more:1']);
    expect(mentions.map(({ object, text }) => `${object.kind} ${text}`).sort()).toEqual([
      `ConfigMap ${app}:6.9.2`, `Deployment ${app}:6.9.2`, `Widget ${app}:of-no-known-field`,
    ]);
  });

  test('keeps every program apart that a tag names', async () => {
    const rendered = await run(kustomize, 'build', write(kustomizePackage));
    const { pinned, others } = pinImages(rendered, [{ name: app, tag: 'debug', reference }]);

    expect(pinned.map(({ from }) => from)).toEqual([`${app}:debug`, `${app}:debug`]);
    expect(others).toHaveLength(10);
  });

  test('is read by it again as it was pinned', async () => {
    const rendered = await run(kustomize, 'build', write(kustomizePackage));
    const { text } = assertPinned(rendered, [app]);
    const again = await run(kustomize, 'build', write({ 'kustomization.yaml': 'resources: [all.yaml]', 'all.yaml': text }));

    expect(objectsIn(again)).toEqual(objectsIn(text));
  });

  test('is named by the bytes of the package', async () => {
    const { names } = await namesIn(write(kustomizePackage), 'kustomize');

    expect([...new Set(names.map(({ name }) => name))]).toEqual(['busybox', 'podinfo', 'quay.io/acme/more', app]);
  });
});

describe.each(['helm3', 'helm'] as const)('what %s renders', (helm) => {
  const template = (directory: string, ...args: readonly string[]): Promise<string> => run(helm, 'template', 'shop', directory, '--kube-version', '1.34.0', ...args);

  test.each(Object.entries(charts))('of a chart with %s has every image of the application pinned and nothing else changed', async (_, { tree, names }) => {
    const rendered = await template(write(tree));
    const { pinned, others } = assertPinned(rendered, names);

    expect(pinned.length).toBeGreaterThan(2);
    expect(others.map(({ text }) => text).filter((text) => names.some((name) => text.startsWith(name)))).toEqual([]);
  });

  test.each(Object.entries(charts))('of a chart with %s is named by its bytes, and the values that are found for it set it', async (_, { tree, names, values }) => {
    const directory = write(tree);
    const found = await namesIn(directory, 'helm');

    expect(found.names.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
    expect(found.values.map(({ paths }) => paths)).toEqual([values]);
    const set = Object.entries(values).flatMap(([part, path]) => ['--set-string', `${path}=${setTo[part]}`]);
    const images = findImages(await template(directory, ...set)).map(({ text }) => text);
    expect(images.filter((text) => text.includes('example/other'))).not.toEqual([]);
  });

  test('of the chart that it creates itself has the image pinned, in its test too', async () => {
    await run(helm, 'create', `created-${helm}`);
    const directory = join(folder.path, `created-${helm}`);
    const { pinned, others } = assertPinned(await template(directory), ['nginx']);

    expect(pinned.map(({ object }) => object.kind)).toEqual(['Deployment']);
    expect(others.map(({ object, text }) => `${object.kind} ${text}`)).toEqual(['Pod busybox']);
    expect((await namesIn(directory, 'helm')).values).toEqual([{ image: { name: 'nginx' }, paths: { repository: 'image.repository', tag: 'image.tag' } }]);
  });

  test('of a hook with a generated name has it pinned', async () => {
    const { pinned } = assertPinned(await template(write(charts['repository and tag']?.tree ?? {})), [app]);

    expect(pinned.map(({ object }) => object.generateName)).toContain('migrate-');
  });

  test('is refused if the text of the image is something else too', async () => {
    const rendered = await template(write(sharedAnchor));

    expect(() => pinImages(rendered, [{ name: 'acme/web', reference }])).toThrow(expect.objectContaining({ code: 'IMAGE_PIN_FAILED' }));
  });
});

const setTo: Readonly<Record<string, string>> = {
  repository: 'example/other',
  tag: 'set',
  digest: `sha256:${'b'.repeat(64)}`,
  registry: 'registry.example',
  image: 'example/other:set',
};

/** A checkout of podinfo, if there is one: it is not part of this repository. */
const podinfo = join(process.env['CAPSULE_APPLICATIONS'] ?? 'no applications', 'podinfo');
const roots = existsSync(podinfo) ? readdirSync(podinfo, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('kustomization.yaml')) : [];
const folders = existsSync(podinfo) ? readdirSync(join(podinfo, 'deploy'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('deployment.yaml')) : [];

describe.skipIf(roots.length === 0)('the real podinfo, in CAPSULE_APPLICATIONS/podinfo', () => {
  const name = 'ghcr.io/stefanprodan/podinfo';

  test.each(['kustomize571', 'kustomize'] as const)('rendered by %s has its image pinned and nothing else changed', async (kustomize) => {
    for (const root of roots) assertPinned(await run(kustomize, 'build', join(podinfo, root, '..')), [name]);
  });

  test('has the image pinned in the manifests beside', () => {
    for (const path of folders) {
      const text = readFileSync(join(podinfo, 'deploy', path), 'utf8');
      const found = findImages(text).map(({ image }) => image?.name ?? '');
      assertPinned(text, found);
    }
  });
});
