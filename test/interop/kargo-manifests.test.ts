import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseManifests, stepsOf } from '../kargo/manifests/read-manifests.ts';
import { resourceDefects } from '../kargo/manifests/resource-defects.ts';
import { buildKargo } from './support/kargo-manifests.ts';
import { workspace } from './support/make-repository.ts';

const examples = readdirSync(join(workspace, 'deploy/kargo')).filter((name) => name.startsWith('hello'));
const clusterScoped = ['Project', 'CustomPromotionStep'];

test('there is an example of the capsule alone, of the paired form, and of the platform edition', () => {
  expect(examples).toEqual(['hello', 'hello-paired', 'hello-platform']);
});

describe.each(examples)('kustomize builds deploy/kargo/%s', (example) => {
  test('with every repository filled in', async () => {
    expect(await buildKargo(example)).not.toContain('to-be-replaced');
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

  test('with one task of each name, and the step that verifies where it belongs', async () => {
    const tasks = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind === 'PromotionTask');
    expect(tasks.map(({ name }) => name).sort()).toEqual(['await-approval', 'capsule-verify', 'render-helm', 'render-kustomize']);
    const verify = tasks.find(({ name }) => name === 'capsule-verify');
    const uses = verify === undefined ? [] : stepsOf(verify).map((step) => step.uses);
    expect(uses).toContain(example === 'hello-platform' ? 'capsule-unpack' : 'http');
    expect(uses.includes('http')).toBe(example !== 'hello-platform');
  });
});
