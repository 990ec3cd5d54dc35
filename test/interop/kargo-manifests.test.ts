import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseManifests, readManifests, stepsOf, variablesOf } from '../kargo/manifests/read-manifests.ts';
import { resourceDefects } from '../kargo/manifests/resource-defects.ts';
import { readPage, yamlBlocks } from '../markdown.ts';
import { buildKargo } from './support/kargo-manifests.ts';
import { workspace } from './support/make-repository.ts';
import { runToSuccess } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

const examples = readdirSync(join(workspace, 'deploy/kargo')).filter((name) => name.startsWith('hello'));
const clusterScoped = ['Project', 'CustomPromotionStep'];
const inFlux = ['Role', 'RoleBinding'];
const ofKubernetes = ['ServiceAccount', 'Secret', ...inFlux];
const optionalTasks = ['await-argocd', 'await-flux'];

test('there is an example of the capsule alone, and of each component but that for other Git hosts', () => {
  const folders = readdirSync(join(workspace, 'deploy/kargo')).filter((name) => !name.startsWith('hello'));
  const components = folders.filter((name) => !['git-host', 'gitops-example', 'release-capsule'].includes(name));
  expect(components).toEqual(['analysis', 'argocd', 'flux', 'paired', 'platform']);
  expect(examples).toEqual(['hello', ...components.map((name) => `hello-${name}`)]);
});

test.each(['kustomize500', 'kustomize571', 'kustomize'] as const)('%s has each request name the Git host that settings.yaml states', async (program) => {
  using folder = temporaryFolder();
  cpSync(join(workspace, 'deploy/kargo'), folder.path, { recursive: true });
  const change = (path: string, from: string, to: string): void => {
    const text = readFileSync(join(folder.path, path), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(folder.path, path), text.replace(from, to));
  };
  change('hello/settings.yaml', '\ndata:\n', '\ndata:\n  provider: gitlab\n');
  change('hello/kustomization.yaml', '[../release-capsule]', '[../release-capsule, ../git-host]');

  const built = await runToSuccess(toolPath(program), ['build', join(folder.path, 'hello')], { cwd: folder.path, env: {} });
  const steps = parseManifests(built, 'hello').flatMap(stepsOf).filter(({ uses }) => uses?.endsWith('-pr') === true);
  expect(steps.map(({ uses, config }) => [uses, config?.['provider']])).toEqual(
    ['git-open-pr', 'git-wait-for-pr', 'git-open-pr', 'git-merge-pr', 'git-open-pr', 'git-merge-pr'].map((uses) => [uses, 'gitlab']),
  );
});

describe.each(examples)('kustomize builds deploy/kargo/%s', (example) => {
  test('with every repository filled in', async () => {
    expect(await buildKargo(example)).not.toContain('to-be-replaced');
  });

  test.each(['kustomize500', 'kustomize571'] as const)('to the same with %s as with the newest', async (program) => {
    expect(parseManifests(await buildKargo(example, program), example)).toEqual(parseManifests(await buildKargo(example), example));
  });

  test('into resources that Kargo takes', async () => {
    const resources = parseManifests(await buildKargo(example), example).filter(({ kind }) => ![...ofKubernetes, 'CustomPromotionStep'].includes(kind));
    expect(resources.length).toBeGreaterThan(10);
    expect(resources.flatMap(resourceDefects)).toEqual([]);
  });

  test('all of them in the Project’s namespace, and the Config under its name', async () => {
    const resources = parseManifests(await buildKargo(example), example);
    const places = resources.map(({ kind, object }) => [kind, (object['metadata'] as { readonly namespace?: string }).namespace] as const);
    const wanted = (kind: string): string | undefined => (clusterScoped.includes(kind) ? undefined : inFlux.includes(kind) ? 'flux-system' : 'hello');
    expect(places.filter(([kind, namespace]) => namespace !== wanted(kind))).toEqual([]);
    expect(resources.find(({ kind }) => kind === 'ProjectConfig')?.name).toBe('hello');
  });

  test('the Project before all that stands in the namespace that it brings', async () => {
    const [first] = parseManifests(await buildKargo(example), example);
    expect(first?.kind).toBe('Project');
  });

  // kustomize takes `[name=app]` for a regular expression, which `appsFolder` would match, too.
  test('with the settings in the variables of their name, and every other variable as its task has it', async () => {
    const tasks = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind === 'PromotionTask');
    const folders = [...(example === 'hello-platform' ? ['platform'] : []), 'release-capsule', 'argocd', 'flux'];
    const written = folders.flatMap((name) => readManifests(join(workspace, 'deploy/kargo', name)));
    const settings = new Map([['app', 'hello'], ['gitopsRepo', 'https://github.com/example/gitops.git'], ['capsuleRepo', 'ghcr.io/example/hello-capsule'], ['imageRepo', 'ghcr.io/example/hello']]);
    const odd = tasks.flatMap((task) => {
      const source = written.find(({ name }) => name === task.name);
      const own = new Map(source === undefined ? [] : variablesOf(source).map(({ name, value }) => [name, value]));
      return variablesOf(task).filter(({ name, value }) => value !== (settings.get(name) ?? own.get(name))).map(({ name, value }) => [task.name, name, value]);
    });
    expect(odd).toEqual(example === 'hello-paired' ? [['capsule-verify', 'images', '${{ [imageFrom(vars.capsuleRepo), imageFrom(vars.imageRepo)] }}']] : []);
  });

  test('with one task of each name, and the step that verifies where it belongs', async () => {
    const tasks = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind === 'PromotionTask');
    const optional = optionalTasks.filter((name) => example === name.replace('await', 'hello'));
    expect(tasks.map(({ name }) => name).sort()).toEqual(['await-approval', ...optional, 'capsule-verify', 'check-deployed', 'render-helm', 'render-kustomize']);
    const verify = tasks.find(({ name }) => name === 'capsule-verify');
    const uses = verify === undefined ? [] : stepsOf(verify).map((step) => step.uses);
    expect(uses).toContain(example === 'hello-platform' ? 'capsule-unpack' : 'http');
    expect(uses.includes('http')).toBe(example !== 'hello-platform');
  });
});

test('Argo Rollouts is needed by the component for it alone, and its example verifies the digest in the Freight of the Stage test', async () => {
  const needing: string[] = [];
  for (const example of examples) {
    const resources = parseManifests(await buildKargo(example), example);
    const verified = resources.filter(({ kind, object }) => kind === 'Stage' && 'verification' in (object['spec'] as object));
    if (verified.length > 0 || resources.some(({ kind }) => kind === 'AnalysisTemplate')) needing.push(example);
  }
  expect(needing).toEqual(['hello-analysis']);
  const stage = parseManifests(await buildKargo('hello-analysis'), 'hello-analysis').find(({ kind, name }) => kind === 'Stage' && name === 'test');
  expect(stage?.object['spec']).toMatchObject({
    verification: {
      analysisTemplates: [{ name: 'capsule-verified' }],
      args: [{ name: 'digest', value: "${{ imageFrom('ghcr.io/example/hello-capsule').Digest }}" }],
    },
  });
});

test.each(optionalTasks)('the example of %s runs it last in each Stage that deploys', async (task) => {
  const example = task.replace('await', 'hello');
  const stages = parseManifests(await buildKargo(example), example).filter(({ kind }) => kind === 'Stage');
  const last = stages.map((stage) => [stage.name, stepsOf(stage).at(-1)?.task?.name]);
  expect(last).toEqual(['staging', 'test', 'levelbuilder', 'review', 'production'].map((name) => [name, name === 'review' ? 'await-approval' : task]));
});

test('what Flux needs is what Kubernetes takes, and reads Kustomizations alone', async () => {
  using folder = temporaryFolder();
  const built = await buildKargo('hello-flux');
  const objects = parseManifests(built, 'flux').filter(({ kind }) => ofKubernetes.includes(kind));
  expect(objects.map(({ kind }) => kind).sort()).toEqual([...ofKubernetes].sort());
  objects.forEach(({ object }, index) => writeFileSync(join(folder.path, `${index}.yaml`), stringify(object)));
  await runToSuccess(toolPath('kubectl-validate'), ['--version', '1.30', folder.path], { cwd: folder.path, env: { HOME: folder.path } });

  const [role, binding] = inFlux.map((kind) => objects.find((manifest) => manifest.kind === kind));
  expect(role?.object['rules']).toEqual([{ apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['get'] }]);
  // One binding for each Project, so that the second one takes nothing from the first.
  expect(binding?.name).toBe('kargo-flux-reader.hello');
  expect(binding?.object['subjects']).toEqual([{ kind: 'ServiceAccount', name: 'flux-reader', namespace: 'hello' }]);
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
