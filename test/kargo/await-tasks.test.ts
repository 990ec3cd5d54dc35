import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { type Application, Applications } from './interpreter/applications.ts';
import { evaluateConfig, evaluateTemplate } from './interpreter/expression/evaluate-template.ts';
import { FakeClock } from './interpreter/fake-clock.ts';
import { inflateSteps } from './interpreter/inflate-steps.ts';
import { type Procedure, readTask } from './interpreter/manifest.ts';
import { promote, type PromotionOutcome } from './interpreter/promote.ts';
import { PullRequests } from './interpreter/pull-requests.ts';
import { noRenderer } from './interpreter/renderer.ts';
import { stepSchemas } from './schemas/step-schemas.ts';

const directory = temporaryDirectory();
const commit = 'c0ffee'.repeat(7).slice(0, 40);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function taskOf(path: string): Procedure {
  return readTask(readFileSync(join(workspaceRoot, 'deploy/kargo', path), 'utf8'));
}

interface Given {
  /** What an earlier task gives, by its alias. */
  readonly before?: Readonly<Record<string, object>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly clock?: FakeClock;
  readonly applications?: Applications;
}

/** Runs an optional task of the Stage `staging` after what an earlier one gave. */
async function run(path: string, { before = { render: { commit } }, vars = {}, clock = new FakeClock(), applications = new Applications() }: Given): Promise<PromotionOutcome> {
  const task = taskOf(path);
  const given = Object.entries({ app: 'hello', gitopsRepo: 'https://github.com/example/gitops.git', ...vars }).map(([name, value]) => ({ name, value }));
  const earlier = Object.entries(before).map(([as, config]) => ({ uses: 'compose-output', as, config: { ...config, any: 1 } }));
  const steps = inflateSteps({ name: 'staging', vars: given, steps: [...earlier, { as: 'running', task: { name: task.name } }] }, [task]);
  const host = { metadata: { Stage: new Map(), Freight: new Map() }, pullRequests: new PullRequests(), renderer: noRenderer };
  const services = { ...host, secrets: { 'flux-reader': { token: 't0ken' } }, applications };
  const freight = { name: 'f00', origin: 'capsules', images: [] };
  const facts = { project: 'hello', stage: 'staging', promotion: 'staging.1', freight, subscriptions: {}, vars: given, services };
  return promote(facts, steps, { workDir: mkdtempSync(join(directory, 'work-')), clock });
}

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
}

/** The Kubernetes API, as far as it is asked: it gives one answer after the other, the last one again and again. */
async function kubernetes(...answers: readonly (readonly [status: number, body: object])[]): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, {}];
    asked.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '', asked };
}

/** Source: Flux's kustomize-controller v1.9.4, internal/controller/kustomization_controller.go, reconcile. */
function kustomization(revision: string | undefined, ready: string): object {
  return { kind: 'Kustomization', status: { ...(revision !== undefined && { lastAppliedRevision: revision }), conditions: [{ type: 'Healthy', status: 'True' }, { type: 'Ready', status: ready }] } };
}

describe('await-flux', () => {
  const flux = (given: Given): Promise<PromotionOutcome> => run('flux/await-flux.yaml', given);
  const old = `stage/staging@sha1:${'0'.repeat(40)}`;

  test('waits until the merged commit is applied and ready, and asks with the token of the Project’s Secret', async () => {
    const { url, asked } = await kubernetes(
      [200, { kind: 'Kustomization' }], [200, kustomization(undefined, 'Unknown')], [200, kustomization(old, 'True')], [503, {}], [200, kustomization(old, 'Unknown')],
      [200, kustomization(`stage/staging@sha1:${commit}`, 'Unknown')], [200, kustomization(`stage/staging@sha1:${commit}`, 'True')],
    );
    const clock = new FakeClock();
    const { phase, message } = await flux({ vars: { kubernetesURL: url }, clock });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(clock.waits).toEqual(Array.from({ length: 6 }, () => 10_000));
    expect(asked.at(-1)).toEqual({ url: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-staging', authorization: 'Bearer t0ken' });
    expect(asked).toHaveLength(7);
  });

  test.each([`stage/staging@sha1:${commit}0`, `stage/staging@sha1:${commit.slice(1)}`, commit, old])('does not take %s for the merged commit', async (revision) => {
    const { url } = await kubernetes([200, kustomization(revision, 'True')]);
    expect(await flux({ vars: { kubernetesURL: url } })).toMatchObject({ phase: 'Errored', message: expect.stringContaining('timed out after 30m') });
  });

  test.each([401, 403, 404])('fails at once for %i, with what Kubernetes says', async (status) => {
    const { url, asked } = await kubernetes([status, { kind: 'Status', message: 'kustomizations "hello-staging" is out of reach' }]);
    expect(await flux({ vars: { kubernetesURL: url } })).toMatchObject({ phase: 'Failed', message: expect.stringMatching(new RegExp(`HTTP \\(${status}\\).*out of reach`)) });
    expect(asked).toHaveLength(1);
  });

  test('takes the commit that check-deployed has found, and one of the Stage’s own', async () => {
    const { url } = await kubernetes([200, kustomization(`x@sha1:${commit}`, 'True')]);
    expect(await flux({ before: { deployed: { commit } }, vars: { kubernetesURL: url } })).toMatchObject({ phase: 'Succeeded' });
    expect(await flux({ before: {}, vars: { kubernetesURL: url, commit } })).toMatchObject({ phase: 'Succeeded' });
  });

  test.each(['../secrets', 'a/b', 'a?b', 'A', ''])('asks for no Kustomization called %j', async (name) => {
    const { url, asked } = await kubernetes([200, {}]);
    const vars = { kubernetesURL: url, kustomization: `\${{ quote(${JSON.stringify(name)}) }}` };
    expect(await flux({ vars })).toMatchObject({ phase: 'Failed', message: expect.stringContaining('name of an object') });
    expect(asked).toEqual([]);
  });
});

describe.each(['flux/await-flux.yaml', 'argocd/await-argocd.yaml'])('%s', (path) => {
  test.each<[string, Given]>([
    ['no task before it has made a commit', { before: {} }],
    ['the host named none', { before: { render: { commit: '' } } }],
    ['it is not a commit', { vars: { commit: 'main' } }],
  ])('fails before it asks anything where %s', async (_what, given) => {
    expect(await run(path, given)).toMatchObject({ phase: 'Failed', message: expect.stringContaining('there is no commit to wait for') });
  });
});

describe('await-argocd', () => {
  const argocd = (given: Given): Promise<PromotionOutcome> => run('argocd/await-argocd.yaml', given);
  const application: Application = {
    name: 'hello-staging', namespace: 'argocd', authorizedStages: ['hello:staging'], repoURL: 'https://github.com/example/gitops.git', health: 'Healthy',
  };

  /** Argo CD, which ends each operation at the next of these revisions, the last one again and again; then the objects start. */
  function syncing(...revisions: readonly string[]): { readonly applications: Applications; readonly seen: Application[] } {
    const seen: Application[] = [];
    let synced = 0;
    const applications = new Applications([application], (before) => {
      const now: Application = before.sync?.phase !== 'Running' ? { ...before, health: seen.at(-1)?.health === 'Progressing' ? 'Healthy' : before.health } : {
        ...before, health: 'Progressing', sync: { ...before.sync, phase: 'Succeeded', revision: revisions[Math.min(synced++, revisions.length - 1)] ?? '' },
      };
      seen.push(now);
      return now;
    });
    return { applications, seen };
  }

  test('has it synced until the merged commit is what was synced, and waits until that is healthy', async () => {
    const { applications, seen } = syncing('0'.repeat(40), commit);
    const { phase, message } = await argocd({ applications });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(seen.map(({ sync }) => sync?.revision)).toContain('0'.repeat(40));
    expect(seen.at(-1)).toMatchObject({ sync: { revision: commit }, health: 'Healthy' });
  });

  // Another application has merged into the same branch, and Argo CD syncs what is newest there.
  test('ends in error where what is synced is always another commit', async () => {
    const { applications } = syncing('1'.repeat(40));
    expect(await argocd({ applications })).toMatchObject({ phase: 'Errored', message: expect.stringContaining('timed out after 15m') });
  });

  test.each<[string, Partial<Application>, string]>([
    ['does not name the Stage', { authorizedStages: ['hello:test'] }, 'is not authorized'],
    ['is of another repository', { repoURL: 'https://github.com/example/other.git' }, 'no source of Argo CD Application'],
    ['is called something else', { name: 'hello' }, 'unable to find Argo CD Application "hello-staging"'],
  ])('ends in error where the Application %s', async (_what, change, message) => {
    const applications = new Applications([{ ...application, ...change }]);
    expect(await argocd({ applications })).toMatchObject({ phase: 'Errored', message: expect.stringContaining(message) });
  });
});

test('await-argocd names Application, repository and the commit that was merged, and waits until that is healthy', () => {
  const { steps, vars } = taskOf('argocd/await-argocd.yaml');
  const ctx = { stage: 'staging' };
  const environment = (values: object): Parameters<typeof evaluateTemplate>[1] => ({ values: { ctx, outputs: { render: { commit } }, vars: values }, functions: {} });
  const all: Record<string, unknown> = { app: 'hello', gitopsRepo: 'https://github.com/example/gitops.git' };
  for (const { name, value = '' } of vars.slice(2)) all[name] = evaluateTemplate(value, environment(all));
  const configs = steps.filter(({ uses }) => uses?.startsWith('argocd-')).map(({ uses = '', config }) => [uses, evaluateConfig(config, environment(all))] as const);
  const application = { name: 'hello-staging', namespace: 'argocd' };
  const source = { repoURL: all['gitopsRepo'], desiredRevision: commit, updateTargetRevision: false };
  expect(configs).toEqual([['argocd-update', { apps: [{ ...application, sources: [source] }] }], ['argocd-wait', { apps: [application] }]]);
  expect(configs.map(([uses, config]) => stepSchemas.get(uses)?.(config))).toEqual([true, true]);
});

describe.each(['render-kustomize', 'render-helm'])('the commit that %s gives', (name) => {
  const config = taskOf(`release-capsule/${name}.yaml`).steps.find(({ uses }) => uses === 'compose-output')?.config;
  const given = (outputs: object, pullRequest: boolean): unknown => {
    return evaluateTemplate(String(config?.['commit']), { values: { task: { outputs }, vars: { pullRequest } }, functions: {} });
  };
  const digits = '1e'.padEnd(40, '1'); // reads as a number

  test.each<[string, object, boolean, string]>([
    ['what the branch holds after the merge', { merged: { commits: { branch: digits } }, push: { commit } }, false, digits],
    ['what was pushed, if people merge', { push: { commit: digits } }, true, digits],
  ])('is %s', (_what, outputs, pullRequest, wanted) => {
    expect(given(outputs, pullRequest)).toBe(wanted);
  });
});
