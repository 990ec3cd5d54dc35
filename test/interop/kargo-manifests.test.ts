import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseManifests, stepsOf } from '../kargo/manifests/read-manifests.ts';
import { resourceDefects } from '../kargo/manifests/resource-defects.ts';
import { readPage, yamlBlocks } from '../markdown.ts';
import { buildKargo } from './support/kargo-manifests.ts';
import { workspace } from './support/make-repository.ts';
import { runToSuccess } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

const examples = readdirSync(join(workspace, 'deploy/kargo')).filter((name) => name.startsWith('hello'));
const clusterScoped = ['Project', 'CustomPromotionStep'];

test('there is an example of the capsule alone, of the paired form, and of the platform edition', () => {
  expect(examples).toEqual(['hello', 'hello-paired', 'hello-platform']);
});

describe.each(examples)('kustomize builds deploy/kargo/%s', (example) => {
  test('with every repository filled in', async () => {
    expect(await buildKargo(example)).not.toContain('to-be-replaced');
  });

  test('to the same with the version that kubectl 1.34 has', async () => {
    expect(parseManifests(await buildKargo(example, 'kustomize571'), example)).toEqual(parseManifests(await buildKargo(example), example));
  });

  test('into resources that Kargo takes', async () => {
    const resources = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind !== 'CustomPromotionStep');
    expect(resources.length).toBeGreaterThan(10);
    expect(resources.flatMap(resourceDefects)).toEqual([]);
  });

  test('all of them in the Project’s namespace, and the Config under its name', async () => {
    const resources = parseManifests(await buildKargo(example), example);
    const places = resources.map(({ kind, object }) => [kind, (object['metadata'] as { readonly namespace?: string }).namespace] as const);
    expect(places.filter(([kind, namespace]) => namespace !== (clusterScoped.includes(kind) ? undefined : 'hello'))).toEqual([]);
    expect(resources.find(({ kind }) => kind === 'ProjectConfig')?.name).toBe('hello');
  });

  test('the Project before all that stands in the namespace that it brings', async () => {
    const [first] = parseManifests(await buildKargo(example), example);
    expect(first?.kind).toBe('Project');
  });

  test('with one task of each name, and the step that verifies where it belongs', async () => {
    const tasks = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind === 'PromotionTask');
    expect(tasks.map(({ name }) => name).sort()).toEqual(['await-approval', 'capsule-verify', 'check-deployed', 'render-helm', 'render-kustomize']);
    const verify = tasks.find(({ name }) => name === 'capsule-verify');
    const uses = verify === undefined ? [] : stepsOf(verify).map((step) => step.uses);
    expect(uses).toContain(example === 'hello-platform' ? 'capsule-unpack' : 'http');
    expect(uses.includes('http')).toBe(example !== 'hello-platform');
  });
});

test('the overlay of docs/kargo.md brings a policy of one’s own to the service', async () => {
  using folder = temporaryFolder();
  const [overlay = ''] = yamlBlocks(readPage('kargo.md'), 'service');
  const [policy = ''] = yamlBlocks(readPage('kargo.md'), 'policy');
  const remote = /https:\/\/github\.com\/release-capsule\/release-capsule\/\/(deploy\/kubernetes\/base)\?ref=main/;
  expect(overlay).toMatch(remote);
  cpSync(join(workspace, 'deploy/kubernetes/base'), join(folder.path, 'base'), { recursive: true });
  writeFileSync(join(folder.path, 'kustomization.yaml'), overlay.replace(remote, 'base'));
  writeFileSync(join(folder.path, 'policy.yaml'), policy);
  writeFileSync(join(folder.path, 'cosign.pub'), 'a key');

  const built = await runToSuccess(toolPath('kustomize'), ['build', folder.path], { cwd: folder.path, env: {} });
  const policies = parseManifests(built, 'overlay').filter(({ kind }) => kind === 'ConfigMap');
  expect(policies.map(({ object }) => object['data'])).toEqual([{ 'policy.yaml': policy, 'cosign.pub': 'a key' }]);
  expect(built).toContain(`name: ${policies[0]?.name}\n`);
});
