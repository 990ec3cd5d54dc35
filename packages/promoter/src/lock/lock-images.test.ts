import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKustomize } from '../render/kustomize-renderer.ts';
import { type ProgramFolder, programFolder } from '../render/testing/node-program.ts';
import { kustomizeEntries } from './kustomize-entries.ts';
import { lockImages } from './lock-images.ts';
import type { LockedPackage, LockOptions } from './lock-options.ts';

let temporaryDirectory: string;
let programs: ProgramFolder;
beforeEach(() => {
  temporaryDirectory = mkdtempSync(join(tmpdir(), 'lock-images-'));
  programs = programFolder();
});
afterEach(() => {
  rmSync(temporaryDirectory, { recursive: true });
  programs[Symbol.dispose]();
});

type Files = Readonly<Record<string, string>>;

const filesOf = (files: Files): Parameters<typeof lockImages>[0] => ({
  paths: Object.keys(files),
  read: async (path) => Buffer.from(files[path] ?? ''),
});

function lock(files: Files, options: Partial<LockOptions> = {}): Promise<LockedPackage> {
  const application = { repository: 'docker.io/acme/app' };
  const locking = lockImages(filesOf(files), { kind: 'kustomize', application, renderers: {}, temporaryDirectory, ...options });
  return locking.finally(() => expect(readdirSync(temporaryDirectory)).toEqual([]));
}

const pod = (image: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: ${image}}]}\n`;
const files: Files = { 'kustomization.yaml': 'resources: [pod.yaml]\n', 'pod.yaml': pod('acme/app:1') };

describe('lockImages', () => {
  it('takes what the bytes show where no program is there, and says so', async () => {
    const { lock: locked, warnings } = await lock(files);

    expect(locked).toEqual({ image: { repository: 'docker.io/acme/app', names: [{ name: 'acme/app' }] }, images: [] });
    expect(warnings).toMatchObject([{ code: 'NOT_RENDERED', message: expect.stringContaining('kustomize is not installed') }]);
  });

  it('takes the values that the bytes of a chart show, if only one pair can be meant', async () => {
    const chart = (values: string): Files => ({ 'Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'values.yaml': values });
    const one = await lock(chart('image: {repository: acme/app, tag: "1"}\n'), { kind: 'helm' });
    const two = await lock(chart('image: {repository: acme/app, tag: "1"}\nb: {image: {repository: acme/app, tag: "1"}}\n'), { kind: 'helm' });

    expect(one.lock.image?.values).toEqual({ repository: 'image.repository', tag: 'image.tag' });
    expect(two.lock.image?.values).toBeUndefined();
  });

  it('runs no program for a package that reaches outside, allowed or not', async () => {
    const remote = { ...files, 'kustomization.yaml': 'resources: [pod.yaml, "https://example.com/x.yaml"]\n' };
    const given = programs.write('kustomize', "if (process.argv[2] !== 'version') throw new Error('was run');\nconsole.log('v5.8.2');");
    const renderers = { kustomize: await openKustomize({ given, temporaryDirectory }) };

    await expect(lock(remote, { renderers })).rejects.toMatchObject({ code: 'REFERENCE_OUTSIDE', message: expect.stringContaining('kustomization.yaml, resources[1]') });
    const { warnings } = await lock(remote, { renderers, allow: { references: ['https://example.com/x.yaml'] } });
    expect(warnings.map(({ code }) => code)).toEqual(['NOT_RENDERED']);
    await expect(lock(files, { renderers })).rejects.toMatchObject({ code: 'RENDER_FAILED', message: expect.stringContaining('was run') });
  });

  it('says which image field holds something else', async () => {
    const given = programs.write('kustomize', `console.log(process.argv[2] === 'version' ? 'v5.8.2' : ${JSON.stringify(`${pod('acme/app')}---\n${pod('"$(IMAGE)"')}`)});`);
    const { warnings } = await lock(files, { renderers: { kustomize: await openKustomize({ given, temporaryDirectory }) } });

    expect(warnings).toMatchObject([{ code: 'IMAGE_UNREADABLE', message: expect.stringContaining('Pod a, spec.containers.0.image: "$(IMAGE)"') }]);
  });
});

describe('kustomizeEntries', () => {
  const entries = (tree: Files): ReturnType<typeof kustomizeEntries> => kustomizeEntries(filesOf(tree));

  it('lists what nothing refers to, components apart', async () => {
    expect(
      await entries({
        'base/kustomization.yaml': 'resources: [a.yaml]\n',
        'one/kustomization.yml': 'resources: [../base/]\n',
        'two/Kustomization': 'resources: [../base]\ncomponents: [../used]\n',
        'used/kustomization.yaml': 'kind: Component\n',
        'loose/kustomization.yaml': 'kind: Component\n',
      }),
    ).toEqual({ all: ['base', 'loose', 'one', 'two', 'used'], directories: ['one', 'two'], components: ['loose'], inflatesCharts: false });
  });

  it('sees the root, and charts that are inflated', async () => {
    expect(await entries({ 'kustomization.yaml': 'helmCharts: [{name: a}]\n' })).toMatchObject({ directories: ['.'], components: [], inflatesCharts: true });
  });

  it('bounds how many programs are run', async () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`d${n}/kustomization.yaml`, 'resources: []\n']));
    await expect(entries(many)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', hint: expect.stringContaining('--entry') });
  });
});
