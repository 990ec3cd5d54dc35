import type { ImageName, ImageValues } from '@release-capsule/schema';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ChartForm, chartForms, helmPackage, packagePaths } from '../kargo/replay/packages.ts';
import type { Files } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { kargoRenderer } from './support/kargo-renderer.ts';
import { released, renderByTask, type TaskInput, type TaskResult } from './support/kargo-tasks.ts';

const directory = temporaryDirectory();
const renderer = kargoRenderer(join(directory, 'home'));
const pinned = `${released.repository}@${released.digest}`;
const pinnedWithTag = `${released.repository}:${released.tag}@${released.digest}`;
const app = 'stefanprodan/podinfo';

/** An object whose Pods are of this shape, one line of JSON. */
function workload(kind: string, spec: object, metadata: object = { name: 'podinfo' }): string {
  const template = { metadata: { labels: { app: 'podinfo' } }, spec };
  const job = { template };
  const [apiVersion, body] = kind === 'CronJob'
    ? ['batch/v1', { schedule: '0 1 * * *', jobTemplate: { spec: job } }]
    : kind === 'Pod' ? ['v1', spec] : ['apps/v1', { selector: { matchLabels: { app: 'podinfo' } }, template }];
  return JSON.stringify({ apiVersion, kind, metadata, spec: body });
}

const container = (image: string, name = 'podinfo'): object => ({ name, image });
const deployment = (image: string): string => workload('Deployment', { containers: [container(image)] });

describe('render-kustomize', () => {
  const kustomize = (objects: readonly string[], names: readonly ImageName[], more: Partial<TaskInput> = {}): Promise<TaskResult> => {
    const files = { 'kustomization.yaml': 'resources: [all.yaml]\n', 'all.yaml': objects.join('\n---\n') };
    return renderByTask(directory, renderer, { task: 'render-kustomize', files, naming: { names }, ...more });
  };
  const named = [{ name: app }];

  test.each<readonly [what: string, objects: readonly string[], names: readonly ImageName[], images: readonly string[]]>([
    ['a Deployment that names it otherwise', [deployment(`${app}:6.9.2`)], named, [pinned]],
    ['init containers, beside an image of somebody else', [
      workload('Deployment', { initContainers: [container(app, 'a'), container('busybox:1.37', 'b')], containers: [container(`${app}:1`)] }),
    ], named, [pinned, 'busybox:1.37', pinned]],
    ['a CronJob', [workload('CronJob', { containers: [container(`${app}:6.9.2`)] })], named, [pinned]],
    ['an image volume', [workload('Pod', { containers: [container('busybox')], volumes: [{ name: 'v', image: { reference: `${app}:data` } }] })], named, ['busybox', pinned]],
    ['an image by another digest', [deployment(`${app}:1@sha256:${'1'.repeat(64)}`)], named, [pinned]],
    ['a name with dots, and one that only looks like it', [
      deployment('ghcr.io/acme/web'), workload('Pod', { containers: [container('ghcrxio/acme/web:1')] }),
    ], [{ name: 'ghcr.io/acme/web' }], [pinned, 'ghcrxio/acme/web:1']],
    ['one name under several tags, of which one is the release’s', [
      deployment('acme/tools:web-1.0'), workload('Pod', { containers: [container('acme/tools:worker'), container('acme/tools:web-100', 'b')] }),
    ], [{ name: 'acme/tools', tag: 'web-1.0' }], [pinned, 'acme/tools:worker', 'acme/tools:web-100']],
  ])('pins %s', async (_what, objects, names, images) => {
    expect(await kustomize(objects, names)).toMatchObject({ phase: 'Succeeded', message: '', images: expect.toSatisfy(sameImages(images)) });
  });

  test('loses no object whose kind and name another group has too', async () => {
    const services = ['v1', 'serving.knative.dev/v1'].map((apiVersion) => JSON.stringify({ apiVersion, kind: 'Service', metadata: { name: 'web' } }));
    const { manifests } = await kustomize([...services, deployment(app)], named);
    expect(manifests.match(/^kind: Service$/gm)).toHaveLength(2);
  });

  const prometheus = JSON.stringify({ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'main' }, spec: { image: `${app}:1` } });

  test.each<readonly [what: string, object: string, left: string]>([
    ['a custom resource', prometheus, `${app}:1`],
    ['another program of its own repository', workload('Pod', { containers: [container(`${released.repository}:migrate`)] }), `${released.repository}:migrate`],
    ['an ephemeral container', workload('Pod', { containers: [container('busybox')], ephemeralContainers: [container(`${app}:debug`, 'debug')] }), `${app}:debug`],
    ['an image volume of a custom resource', JSON.stringify({ apiVersion: 'acme.example/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { data: { reference: `${app}:data` } } }), `${app}:data`],
    ['a template in a ConfigMap', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { pod: `spec:\n  image: "${app}"\n` } }), app],
  ])('fails where %s keeps the image', async (_what, object, left) => {
    expect(await kustomize([deployment(app), object], named)).toMatchObject({
      phase: 'Failed',
      stoppedAt: 'unpinned',
      message: expect.stringContaining(`${left} would run`),
      manifests: '',
    });
  });

  test('pins a custom resource’s field that the Stage names', async () => {
    const imageFields = '${{ [{"kind": "Prometheus", "path": "spec/image"}] }}';
    const { phase, images } = await kustomize([deployment(app), prometheus], named, { vars: { imageFields } });
    expect({ phase, images }).toEqual({ phase: 'Succeeded', images: [pinned, pinned] });
  });

  test('fails where an overlay runs another image instead', async () => {
    const component = `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: ${app}, newName: docker.io/evil/podinfo}]\n`;
    const gitops = { 'apps/hello/envTypes/small/kustomization.yaml': component };
    expect(await kustomize([deployment(app)], named, { gitops })).toMatchObject({
      phase: 'Failed',
      stoppedAt: 'absent',
      message: expect.stringContaining(`nothing that was rendered runs ${pinned}`),
      manifests: '',
    });
  });

  test('fails where nothing is recorded, before anything is cloned', async () => {
    expect(await kustomize([deployment(app)], [])).toMatchObject({ phase: 'Failed', stoppedAt: 'unnamed', message: expect.stringContaining('`capsule lock`') });
  });
});

/** A checkout of podinfo, if there is one: it is not part of this repository. */
const podinfo = join(process.env['CAPSULE_APPLICATIONS'] ?? 'no applications', 'podinfo/kustomize');

test.skipIf(!existsSync(podinfo))('render-kustomize pins the real podinfo, in CAPSULE_APPLICATIONS/podinfo', async () => {
  const files = Object.fromEntries(readdirSync(podinfo).map((name) => [name, readFileSync(join(podinfo, name), 'utf8')]));
  const naming = { names: [{ name: 'ghcr.io/stefanprodan/podinfo' }] };
  expect(await renderByTask(directory, renderer, { task: 'render-kustomize', files, naming })).toMatchObject({ phase: 'Succeeded', images: [pinned] });
});

describe('render-helm', () => {
  const helm = (files: Files, values?: ImageValues, more: Partial<TaskInput> = {}): Promise<TaskResult> => {
    return renderByTask(directory, renderer, { task: 'render-helm', files, naming: { names: [{ name: app }], ...(values && { values }) }, ...more });
  };
  const chart = (template: string, values: string): Readonly<Record<string, string>> => ({
    'Chart.yaml': 'apiVersion: v2\nname: podinfo\nversion: 6.9.2\nappVersion: 6.9.2\n',
    'values.yaml': values,
    'templates/deployment.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: podinfo}\nspec: {containers: [{name: podinfo, image: ${template}}]}\n`,
  });
  const parts = `image: {repository: ${app}, tag: ""}\n`;
  const created = chart('"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"', parts);
  const createdPaths = { repository: 'image.repository', tag: 'image.tag' };

  test.each<readonly [ChartForm, string]>([
    ['one value', pinned],
    ['repository and digest', pinned],
    ['repository and tag', pinnedWithTag],
    ['registry, repository and tag', pinnedWithTag],
    ['all parts', pinnedWithTag],
  ])('pins a chart that takes %s', async (form, image) => {
    const files = Object.fromEntries(Object.entries(helmPackage('web', form)).map(([path, text]) => [path.replace(`${packagePaths.helm}/`, ''), text]));
    expect(await helm(files, chartForms[form].paths)).toMatchObject({ phase: 'Succeeded', message: '', images: [image] });
  });

  test('pins a chart as `helm create` writes it, its hooks too, and leaves its tests out', async () => {
    const job = (name: string, hook: string, image: string): string => {
      return `apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: ${name}-\n  annotations: {helm.sh/hook: ${hook}}\nspec: {containers: [{name: a, image: ${image}}]}\n`;
    };
    const files = {
      ...created,
      'templates/migrate.yaml': job('migrate', 'pre-upgrade', '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"'),
      'templates/clean.yaml': job('clean', 'post-delete', 'busybox:1.37'),
      'templates/tests/test.yaml': job('test', 'test', 'busybox'),
    };
    const { phase, images } = await helm(files, createdPaths);
    expect({ phase, images: images.toSorted() }).toEqual({ phase: 'Succeeded', images: ['busybox:1.37', pinnedWithTag, pinnedWithTag] });
  });

  test.each<readonly [what: string, files: Files, values: ImageValues, stoppedAt: string]>([
    ['another template names the image itself', { ...created, 'templates/other.yaml': deployment(`${app}:6.9.2`) }, createdPaths, 'unpinned'],
    ['another template takes only its repository', { ...created, 'templates/other.yaml': deployment('{{ .Values.image.repository }}:latest') }, createdPaths, 'unpinned'],
    ['a tag follows the digest', created, { image: 'image.repository' }, 'unpinned'],
    ['a registry stands before the repository', chart('"docker.io/{{ .Values.image.repository }}:{{ .Values.image.tag }}"', parts), createdPaths, 'unpinned'],
    ['the values are not the chart’s', created, { image: 'picture' }, 'unpinned'],
    ['no template runs it', chart('busybox:1.37', parts), createdPaths, 'absent'],
  ])('fails where %s', async (_what, files, values, stoppedAt) => {
    expect(await helm(files, values)).toMatchObject({ phase: 'Failed', stoppedAt, manifests: '' });
  });

  test.each([undefined, { repository: 'image.repository' }])('fails where %o is recorded, before anything is cloned', async (values) => {
    expect(await helm(created, values)).toMatchObject({ phase: 'Failed', stoppedAt: 'unnamed', message: expect.stringContaining('`capsule lock`') });
  });

  test('renders a chart that wants a newer Kubernetes than Kargo’s Helm knows, and says where the stated one is too old', async () => {
    const files = { ...created, 'Chart.yaml': `${created['Chart.yaml']}kubeVersion: ">=1.25.0-0"\n` };
    expect(await helm(files, createdPaths)).toMatchObject({ phase: 'Succeeded' });
    const old = await helm(files, createdPaths, { vars: { kubeVersion: 'v1.20.0' } });
    expect(old).toMatchObject({ phase: 'Errored', stoppedAt: 'build', message: expect.stringContaining('incompatible with Kubernetes v1.20.0') });
  });
});

function sameImages(wanted: readonly string[]): (images: readonly string[]) => boolean {
  return (images) => JSON.stringify(images.toSorted()) === JSON.stringify(wanted.toSorted());
}
