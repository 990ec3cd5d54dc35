import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';
import { type Manifest, readManifests, stepsOf, variablesOf } from './manifests/read-manifests.ts';

interface StageSpec {
  readonly requestedFreight: readonly { readonly sources: { readonly direct?: boolean; readonly stages?: readonly string[] } }[];
}

const folder = join(workspaceRoot, 'deploy/kargo/hello');
const text = readFileSync(join(folder, 'stages.yaml'), 'utf8');
const manifests = readManifests(folder);
const stages = manifests.filter(({ kind }) => kind === 'Stage');

function stage(name: string): Manifest {
  const found = stages.find((manifest) => manifest.name === name);
  if (found === undefined) throw new Error(`there is no Stage ${name}`);
  return found;
}

function upstreamOf({ object }: Manifest): readonly string[] {
  return (object['spec'] as StageSpec).requestedFreight.flatMap(({ sources }) => sources.stages ?? (sources.direct === true ? ['the Warehouse'] : []));
}

test('the whole ladder takes at most 60 lines, none longer than 120 characters', () => {
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(60);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

test('it goes from staging by test to levelbuilder, and by review to production', () => {
  expect(Object.fromEntries(stages.map((manifest) => [manifest.name, upstreamOf(manifest)]))).toEqual({
    staging: ['the Warehouse'],
    test: ['staging'],
    levelbuilder: ['test'],
    review: ['test'],
    production: ['review'],
  });
});

test('each Stage verifies first, in one line, and before anything else', () => {
  expect(stages.map((manifest) => stepsOf(manifest)[0])).toEqual(stages.map(() => ({ as: 'capsule', task: { name: 'capsule-verify' } })));
  expect(text.match(/capsule-verify/g)).toHaveLength(stages.length);
});

test('each task that a Stage runs exists, and gets what it cannot do without from settings.yaml', () => {
  const tasks = readManifests(join(workspaceRoot, 'deploy/kargo/release-capsule')).filter(({ kind }) => kind === 'PromotionTask');
  const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.object['data'] as Readonly<Record<string, string>>;
  const required = tasks.flatMap((task) => variablesOf(task).filter(({ value }) => value === undefined).map(({ name }) => name));
  const run = stages.flatMap((manifest) => stepsOf(manifest).map(({ task }) => task?.name ?? ''));

  expect(run.filter((name) => !tasks.some((task) => task.name === name))).toEqual([]);
  expect([...new Set(required)].filter((name) => settings[name] === undefined)).toEqual([]);
});

test('review renders production into a branch of its own, and waits for the pull request', () => {
  expect(variablesOf(stage('review'))).toEqual([
    { name: 'deployment', value: 'production' },
    { name: 'pullRequest', value: '${{ true }}' },
  ]);
  expect(stepsOf(stage('review')).map(({ task }) => task?.name)).toEqual(['capsule-verify', 'render-kustomize', 'await-approval']);
});

test('production holds what it verifies against what review approved, and against what is there', () => {
  expect(stepsOf(stage('production')).map(({ task }) => task?.name)).toEqual(['capsule-verify', 'check-deployed']);
  const approved = variablesOf(stage('production')).find(({ name }) => name === 'approved')?.value;
  expect(approved).toBe('${{ freightMetadata(ctx.targetFreight.name)?.approved }}');

  const task = readManifests(join(workspaceRoot, 'deploy/kargo/release-capsule')).find(({ name }) => name === 'await-approval');
  const record = task === undefined ? undefined : stepsOf(task).find(({ uses }) => uses === 'set-metadata');
  expect(record?.config).toMatchObject({ updates: [{ kind: 'Freight', name: '${{ quote(ctx.targetFreight.name) }}' }] });
  const [update] = (record?.config?.['updates'] ?? []) as readonly { readonly values: { readonly approved: object } }[];
  expect(Object.keys(update?.values.approved ?? {}).sort()).toEqual(
    ['capsuleDigest', 'gitCommit', 'imageDigest', 'packageDigest', 'packageKind', 'packagePath'],
  );
});

test('only the first Stage is promoted to without a person', () => {
  const config = manifests.find(({ kind }) => kind === 'ProjectConfig')?.object as { readonly spec: { readonly promotionPolicies: unknown } };
  expect(config.spec.promotionPolicies).toEqual([{ stageSelector: { name: 'staging' }, autoPromotionEnabled: true }]);
});

test('a Stage that is promoted to by itself would take what is upstream of it now, and not what was there once', () => {
  const policies = stages.map(({ object, name }) => {
    const [request] = (object['spec'] as { readonly requestedFreight: readonly { readonly sources: Sources }[] }).requestedFreight;
    return [name, request?.sources.autoPromotionOptions?.selectionPolicy, (request?.sources.stages ?? []).length];
  });
  // Kargo's webhook refuses it but with exactly one Stage upstream.
  expect(policies).toEqual([['staging', undefined, 0], ...['test', 'levelbuilder', 'review', 'production'].map((name) => [name, 'MatchUpstream', 1])]);
});

test('neither the Stages nor the component that they need has anything of Argo Rollouts, Argo CD or Flux', () => {
  const needed = [...manifests, ...readManifests(join(workspaceRoot, 'deploy/kargo/release-capsule'))];
  const groups = new Set(needed.map(({ object }) => String(object['apiVersion']).split('/').slice(0, -1).join('/')));
  expect([...groups].sort()).toEqual(['', 'kargo.akuity.io']);
  expect(stages.filter(({ object }) => 'verification' in (object['spec'] as object))).toEqual([]);
  expect(needed.flatMap(stepsOf).filter(({ uses }) => uses?.startsWith('argocd-') === true)).toEqual([]);
});

interface Sources {
  readonly stages?: readonly string[];
  readonly autoPromotionOptions?: { readonly selectionPolicy?: string };
}
