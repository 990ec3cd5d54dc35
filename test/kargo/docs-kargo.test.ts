import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parsePolicyText, unsupportedClaims } from '@release-capsule/verifier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readCodeBlocks } from '../docs/code-blocks.ts';
import { readPage, section, tableRows, unquoted, yamlBlocks } from '../markdown.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { type Manifest, parseManifests, readManifests, stepsOf, variablesOf } from './manifests/read-manifests.ts';

const page = readPage('kargo.md');
const deployed = join(workspaceRoot, 'deploy/kargo');
const tasks = ['release-capsule', 'argocd', 'flux'].flatMap((name) => readManifests(join(deployed, name))).filter(({ kind }) => kind === 'PromotionTask');
const originals = join(process.env['CAPSULE_APPLICATIONS'] ?? 'no applications', 'kargo-originals/oci-release-capsule-kustomize/apps/kargo-project-codeai');

function taskNamed(name: string): Manifest {
  const task = tasks.find((manifest) => manifest.name === name);
  if (task === undefined) throw new Error(`there is no task ${name}`);
  return task;
}

function composedBy(name: string): readonly string[] {
  return stepsOf(taskNamed(name)).flatMap(({ uses, config }) => (uses === 'compose-output' ? Object.keys(config ?? {}) : []));
}

/** Lists the variables that a section documents, with the default that it states. */
function documentedVariables(heading: string): readonly (readonly [string, string])[] {
  const rows = tableRows(section(page, heading)).filter((row) => row['variable'] !== undefined);
  return rows.map((row) => [unquoted(row['variable']), unquoted(row['default'])]);
}

function documentedOutputs(heading: string): readonly string[] {
  return tableRows(section(page, heading)).flatMap((row) => (row['output'] === undefined ? [] : [unquoted(row['output'])]));
}

function declaredVariables(name: string): readonly (readonly [string, string])[] {
  return variablesOf(taskNamed(name)).map((variable) => [variable.name, variable.value ?? 'from settings.yaml']);
}

describe('docs/kargo.md says of the tasks', () => {
  test.each(['capsule-verify', 'await-approval', 'check-deployed', 'await-argocd', 'await-flux'])('which variables %s takes, with its defaults', (name) => {
    expect(documentedVariables(`### ${name}`)).toEqual(declaredVariables(name));
  });

  test('which variables both ways to render take', () => {
    const declared = new Map([...declaredVariables('render-kustomize'), ...declaredVariables('render-helm')]);
    expect(new Map(documentedVariables('### render-kustomize and render-helm'))).toEqual(declared);
  });

  test('which outputs they give', () => {
    for (const name of ['capsule-verify', 'check-deployed']) expect(documentedOutputs(`### ${name}`)).toEqual(composedBy(name));
    expect(documentedOutputs('### render-kustomize and render-helm')).toEqual(composedBy('render-kustomize'));
  });

  test('how they poll, and when they give up', () => {
    const step = stepsOf(taskNamed('capsule-verify')).find(({ uses }) => uses === 'http') as { readonly retry?: object; readonly config?: object };
    expect(step).toMatchObject({ retry: { timeout: '10m', errorThreshold: 5 }, config: { pollInterval: '10s', timeout: '10s' } });
    const says = tableRows(section(page, '## Polls and timeouts')).map((row) => row['set by'] ?? '').join(' ');
    expect(says).toContain('`pollInterval: 10s` `retry.timeout: 10m` `timeout: 10s`, `retry.errorThreshold: 5`');
  });
});

test('docs/kargo.md says how long each step waits for others', () => {
  const timeoutOf = (task: string, as: string): unknown => (stepsOf(taskNamed(task)).find((step) => step.as === as) as { readonly retry?: object }).retry;
  expect([timeoutOf('render-kustomize', 'merge'), timeoutOf('render-helm', 'merge')]).toEqual([{ timeout: '1h' }, { timeout: '1h' }]);
  expect(section(page, '### The check before a merge')).toContain('for one hour at most');
  expect([timeoutOf('await-argocd', 'sync'), timeoutOf('await-argocd', 'healthy')]).toEqual([{ timeout: '15m' }, { timeout: '15m' }]);
  expect(section(page, '### await-argocd')).toContain('for 15 minutes each');
  expect(timeoutOf('await-flux', 'applied')).toMatchObject({ timeout: '30m' });
  expect(section(page, '### await-flux').replaceAll('\n', ' ')).toContain('every 10 seconds, for 30 minutes');
});

test('docs/kargo.md quotes messages that the tasks have', () => {
  const quoted = ['must each be a DNS label', 'this Freight is not approved', 'there is no commit to wait for'];
  const messages = tasks.flatMap(stepsOf).flatMap(({ config }) => (typeof config?.['message'] === 'string' ? [config['message']] : []));
  expect(quoted.filter((text) => !section(page, '## What goes wrong').includes(text) || !messages.some((message) => message.includes(text)))).toEqual([]);
});

describe('docs/kargo.md says of the rest', () => {
  test('each setting of the Warehouse', () => {
    const subscription = parse(readFileSync(join(deployed, 'release-capsule/warehouse.yaml'), 'utf8')) as {
      readonly spec: { readonly subscriptions: readonly [{ readonly image: Readonly<Record<string, unknown>> }] };
    };
    const { repoURL: _repository, ...settings } = subscription.spec.subscriptions[0].image;
    const documented = tableRows(section(page, '### The capsule alone')).map((row) => unquoted(row['setting']));
    const named = Object.entries(settings).map(([key, value]) => `${key}: ${[value].flat().join()}`);
    expect(documented.filter((setting) => setting !== '' && !setting.startsWith('no '))).toEqual(named);
  });

  test('each Stage, in its order', () => {
    const stages = readManifests(join(deployed, 'hello')).filter(({ kind }) => kind === 'Stage');
    expect(tableRows(section(page, '## The ladder')).map((row) => unquoted(row['Stage']))).toEqual(stages.map(({ name }) => name));
  });

  test('a policy that is one', async () => {
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
    const [policy = ''] = yamlBlocks(page, 'policy');
    expect(unsupportedClaims(await parsePolicyText(Buffer.from(policy), { directory: '.', readFile: async () => Buffer.from(pem) }))).toEqual([]);
  });

  test('the reason that the service gives where no policy names a repository', () => {
    const said = tableRows(section(page, '## What goes wrong')).map((row) => row['Kargo shows'] ?? '').flatMap((cell) => /`(no policy .*) …`/.exec(cell)?.[1] ?? []);
    const source = readFileSync(join(workspaceRoot, 'packages/verifier/src/service/request/select-policy.ts'), 'utf8');
    const reasons = [...source.matchAll(/new Problem\('REPOSITORY_NOT_SERVED', `(no policy .*?)`/g)].map((match) => match[1] ?? '');
    expect(said).toHaveLength(1);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => !reason.startsWith(said[0] ?? ''))).toEqual([]);
  });

  test('each file of the Git repository, as the example has them and the Stages’ deployments need them', () => {
    const app = join(deployed, 'gitops-example/apps/hello');
    const patterns = tableRows(section(page, '## The Git repository')).filter((row) => row['file'] !== undefined).map((row) => unquoted(row['file']));
    const needed = ['staging', 'test', 'levelbuilder', 'production'].flatMap((deployment) => {
      const { envType } = parse(readFileSync(join(app, 'deployments', deployment, 'deployment.yaml'), 'utf8')) as { readonly envType: string };
      return patterns.map((pattern) => pattern.replace('<deployment>', deployment).replace('<envType>', envType));
    });
    const there = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = there.map(({ parentPath, name }) => relative(app, join(parentPath, name)));
    expect(paths.toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  test('commands in an order that works: each namespace is there before anything is put into it', () => {
    const there = new Set(['kargo']);
    const early = commands().filter((command) => {
      for (const name of namespacesMadeBy(command)) there.add(name);
      return namespacesUsedBy(command).some((name) => !there.has(name));
    });
    expect(early).toEqual([]);
    expect([...there]).toEqual(['kargo', 'release-capsule', 'hello']);
  });

  test('to run the service before anybody asks it, and to apply the Stages after all that they need', () => {
    const order = ['kubectl apply -k service', 'kubectl -n hello apply -f deploy/kargo/hello/project.yaml', 'kubectl apply -k deploy/kargo/hello'];
    expect(commands().filter((command) => command.includes(' apply '))).toEqual(order);
    expect(commands().findLastIndex((command) => command.startsWith('kargo create '))).toBeLessThan(commands().indexOf(order[2] ?? ''));
  });

  test('only tests and folders that exist', () => {
    const named = [...page.matchAll(/`((?:test|deploy|packages)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(workspaceRoot, path)))).toEqual([]);
  });
});

describe('the lines that a team owns', () => {
  const rows = tableRows(section(page, '## What a team owns'));
  const stated = (row: string, side: 'first implementation' | 'here'): number => {
    return Number.parseInt(rows.find((cells) => cells[''] === row)?.[side] ?? '', 10);
  };

  test('are as many as docs/kargo.md says', () => {
    const hello = readdirSync(join(deployed, 'hello')).map((name) => [name, countLines(readFileSync(join(deployed, 'hello', name), 'utf8'))] as const);
    const service = [...yamlBlocks(page, 'service'), ...yamlBlocks(page, 'policy')].map(countLines);
    const stages = hello.filter(([name]) => name === 'stages.yaml');
    const rest = hello.filter(([name]) => name !== 'stages.yaml');

    expect(stated('Stages', 'here')).toBe(sum(stages.map(([, lines]) => lines)));
    expect(stated('Warehouse, Project, settings', 'here')).toBe(sum(rest.map(([, lines]) => lines)));
    expect(stated('the verify service', 'here')).toBe(sum(service));
    expect(stated('in all', 'here')).toBe(sum([...hello.map(([, lines]) => lines), ...service]));
  });

  test.skipIf(!existsSync(originals))('were as many in the first implementation as it says, in CAPSULE_APPLICATIONS/kargo-originals', () => {
    const lines = (...names: readonly string[]): number => sum(names.map((name) => countLines(readFileSync(join(originals, name), 'utf8'))));
    const stages = readdirSync(join(originals, 'stages')).map((name) => `stages/${name}`);

    expect(stated('Stages', 'first implementation')).toBe(lines(...stages));
    expect(stated('Warehouse, Project, settings', 'first implementation')).toBe(lines('warehouse.yaml', 'project.yaml', 'project-config.yaml'));
    expect(stated('the verify service', 'first implementation')).toBe(lines('codeai-release-verify-deployment.yaml', 'codeai-release-verify-service.yaml'));
    const all = ['Stages', 'Warehouse, Project, settings', 'the verify service'].map((row) => stated(row, 'first implementation'));
    expect(stated('in all', 'first implementation')).toBe(sum(all));
  });
});

function commands(): readonly string[] {
  const blocks = readCodeBlocks('docs/kargo.md').filter(({ language }) => language === 'sh');
  return blocks.flatMap(({ text }) => text.trimEnd().split('\n'));
}

/** A namespace by its own name, or a Project, whose namespace Kargo makes. */
function namespacesMadeBy(command: string): readonly string[] {
  const [, namespace] = /^kubectl create namespace (\S+)/.exec(command) ?? [];
  const [, file] = / apply -f (\S+)/.exec(command) ?? [];
  const applied = file === undefined ? [] : parseManifests(readFileSync(join(workspaceRoot, file), 'utf8'), file);
  return [...(namespace === undefined ? [] : [namespace]), ...applied.filter(({ kind }) => kind === 'Project').map(({ name }) => name)];
}

function namespacesUsedBy(command: string): readonly string[] {
  const named = [...command.matchAll(/ (?:-n|--namespace|--project) (\S+)/g)].map((match) => match[1] ?? '');
  const [overlay = ''] = yamlBlocks(page, 'service');
  return command.endsWith(' apply -k service') ? [...named, (parse(overlay) as { readonly namespace: string }).namespace] : named;
}

function countLines(text: string): number {
  return text.trimEnd().split('\n').length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
