import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PullRequests } from '../kargo/interpreter/pull-requests.ts';
import { chartForms, helmPackage, packagePaths } from '../kargo/replay/packages.ts';
import { git } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { kargoRenderer } from './support/kargo-renderer.ts';
import { gitopsWith, released, renderByTask, type TaskInput, type TaskResult } from './support/kargo-tasks.ts';

const directory = temporaryDirectory();
const renderer = kargoRenderer(join(directory, 'home'));
const pod = (image: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image }] } });
const kustomize = { task: 'render-kustomize', files: { 'kustomization.yaml': 'resources: [pod.yaml]\n', 'pod.yaml': pod('web') }, naming: { names: [{ name: 'web' }] } } as const;
const chart = Object.entries(helmPackage('web', 'one value')).map(([path, text]) => [path.replace(`${packagePaths.helm}/`, ''), text]);
const helm = { task: 'render-helm', files: Object.fromEntries(chart), naming: { names: [{ name: 'web' }], values: chartForms['one value'].paths } } as const;

const run = (input: TaskInput): Promise<TaskResult> => renderByTask(directory, renderer, input);
const home = 'apps/hello/deployments/staging';

describe.each([kustomize, helm])('$task', (given) => {
  test('makes the branch where there is none, and merges into it a branch that grew from it', async () => {
    const { phase, message, repository, pullRequests, output } = await run(given);
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    const { 'stage/staging': head, [String(output['branch'])]: generated } = repository.heads();
    expect(output).toEqual({ branch: expect.stringMatching(/^kargo\/promotion\//), commit: head, deployment: 'staging', deploymentPath: home });
    expect(pullRequests.all).toMatchObject([{ source: output['branch'], target: 'stage/staging', state: 'merged', commit: head, title: 'Release hello to staging' }]);
    const base = git(repository.path, ['merge-base', String(generated), `${head}^1`]).toString().trim();
    expect(git(repository.path, ['log', '-1', '--format=%s', base]).toString().trim()).toBe('Initial commit');
    expect(Object.keys(repository.files('stage/staging')).toSorted()).toEqual([`${home}/deploy/manifests.yaml`, `${home}/release-metadata.yaml`]);
  });

  test('merges nothing while the required check has not passed, and never pushes to the branch', async () => {
    const seen: string[] = [];
    const repository = gitopsWith(directory);
    const pullRequests = new PullRequests({
      checks: () => seen.push(Object.keys(repository.files('stage/staging')).join()) > 2,
    });
    expect(await run({ ...given, repository, pullRequests })).toMatchObject({ phase: 'Succeeded' });
    expect(seen).toEqual(['', '', '']);
  });

  test('ends without a merge where the check does not pass in an hour', async () => {
    const pullRequests = new PullRequests({ checks: () => false });
    const { phase, message, manifests, stoppedAt } = await run({ ...given, pullRequests });
    expect({ phase, manifests, stoppedAt }).toEqual({ phase: 'Errored', manifests: '', stoppedAt: 'merge' });
    expect(message).toContain('timed out after 1h');
  });

  test('opens no request where nothing differs, and goes on with the commit that is there', async () => {
    const first = await run(given);
    const again = await run({ ...given, repository: first.repository });
    expect(again).toMatchObject({ phase: 'Succeeded', pullRequests: { all: [] } });
    expect(again.output['commit']).toBe(first.output['commit']);
    expect(again.repository.heads()['stage/staging']).toBe(first.output['commit']);
  });

  test('owns its folder and nothing else: what was left there goes, what others have there stays', async () => {
    const { repository } = await run(given);
    const others = {
      'apps/other/deployments/staging/deploy/manifests.yaml': 'kind: Other\n',
      'apps/hello/deployments/staging-2/deploy/manifests.yaml': 'kind: Neighbour\n',
      'README.md': 'of the team\n',
    };
    const stale = { [`${home}/deploy/old.yaml`]: 'kind: Old\n', [`${home}/deploy/manifests.yaml`]: 'kind: Edited\n', [`${home}/old/deep/er.yaml`]: 'a: 1\n' };
    repository.put('stage/staging', { ...others, ...stale });
    const { phase, manifests } = await run({ ...given, repository });
    expect(phase).toBe('Succeeded');
    expect(manifests).toContain(released.digest);
    const { [`${home}/deploy/manifests.yaml`]: _own, [`${home}/release-metadata.yaml`]: _metadata, ...rest } = repository.files('stage/staging');
    expect(rest).toEqual(others);
  });

  test('of two applications, that share a branch, keeps both', async () => {
    const other = Object.entries(gitopsWith(directory).files('main')).map(([path, text]) => [path.replace('apps/hello', 'apps/other'), text]);
    const repository = gitopsWith(directory, Object.fromEntries(other));
    for (const app of ['hello', 'other', 'hello']) expect(await run({ ...given, repository, app })).toMatchObject({ phase: 'Succeeded' });
    const paths = Object.keys(repository.files('stage/staging')).filter((path) => path.endsWith('manifests.yaml'));
    expect(paths).toEqual(['hello', 'other'].map((app) => `apps/${app}/deployments/staging/deploy/manifests.yaml`));
  });

  // A branch that others write to could lead the files elsewhere.
  test('follows no link out of its folder', async () => {
    const { repository } = await run(given);
    repository.put('stage/staging', { 'apps/other/deploy.yaml': 'kind: Other\n', 'apps/hello/deployments': { link: '../other' } });
    const before = repository.heads()['stage/staging'];
    expect(await run({ ...given, repository })).toMatchObject({ phase: 'Failed', message: expect.stringContaining('link') });
    expect(repository.heads()['stage/staging']).toBe(before);
  });

  test('reads another branch and another folder where the Stage says so', async () => {
    const main = Object.entries(gitopsWith(directory).files('main')).map(([path, text]) => [path.replace('apps/', 'teams/web/'), text]);
    const repository = gitopsWith(directory);
    git(repository.path, ['branch', 'release/1.0', 'main']);
    repository.put('release/1.0', Object.fromEntries(main));
    const vars = { mainBranch: 'release/1.0', folder: 'teams/web' };
    const { phase, message, images } = await run({ ...given, repository, vars });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(images).toEqual([`${released.repository}@${released.digest}`]);
    expect(Object.keys(repository.files('stage/staging')).filter((path) => !path.startsWith('teams/web/hello/'))).toEqual([]);
  });

  test.each<[what: string, vars: Readonly<Record<string, string>>, stoppedAt: string]>([
    ['a deployment outside its folder', { deployment: '../x' }, 'names'],
    ['an app with a line of its own', { app: 'a\nb: c' }, 'names'],
    ['a deployment that Kargo makes a number of', { deployment: '${{ "0123" }}' }, 'names'],
    ['an app of no text', { app: '${{ nil }}' }, 'names'],
    ['a folder above the repository', { folder: '../..' }, 'paths'],
    ['a branch that is an option to git', { mainBranch: '--upload-pack=x' }, 'paths'],
  ])('fails for %s, before anything is cloned', async (_what, vars, stoppedAt) => {
    const repository = gitopsWith(directory);
    const before = repository.heads();
    expect(await run({ ...given, repository, vars })).toMatchObject({ phase: 'Failed', stoppedAt });
    expect(repository.heads()).toEqual(before);
  });

  test('merges nothing if pullRequest is a text and not a bool', async () => {
    const { phase, manifests, pullRequests } = await run({ ...given, vars: { pullRequest: 'true' } });
    expect({ phase, manifests, requests: pullRequests.all }).toEqual({ phase: 'Errored', manifests: '', requests: [] });
  });

  test.each([
    'envType: ../small\nnamespace: a\n', 'envType: "a: b"\nnamespace: a\n', 'envType: small\nnamespace: "a\\nb"\n', 'envType: small\nnamespace: A\n',
    `envType: small\nnamespace: ${'a'.repeat(64)}\n`, 'envType: small\nnamespace: 123\n', 'envType: small\nnamespace: true\n', 'envType: small\nnamespace: null\n',
    'envType: small\nnamespace: 1e3\n', 'envType: small\nnamespace: ""\n', 'envType: small\n', 'namespace: a\n', 'envType: [small]\nnamespace: a\n',
  ])('fails for the deployment.yaml %j, and says what it got', async (text) => {
    const { phase, message, stoppedAt, manifests, repository } = await run({ ...given, gitops: { [`${home}/deployment.yaml`]: text } });
    expect({ phase, stoppedAt, manifests }).toEqual({ phase: 'Failed', stoppedAt: 'placed', manifests: '' });
    expect(message).toMatch(/envType and namespace in apps\/hello\/deployments\/staging\/deployment\.yaml must each be a DNS label/);
    expect(Object.keys(repository.heads())).toEqual(['main']);
  });

  test('takes names of digits, which YAML has as texts', async () => {
    const gitops = { 'apps/hello/deployments/0123/deployment.yaml': 'envType: small\nnamespace: "0456"\n', 'apps/hello/deployments/0123/values.yaml': '{}\n' };
    const { phase, message, repository, manifests } = await run({ ...given, gitops, stage: '0123' });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(Object.keys(repository.heads())).toContain('stage/0123');
    expect(manifests).toMatch(/namespace: "?0456"?\b/);
  });
});

describe('await-approval', () => {
  const review = { ...kustomize, stage: 'review', vars: { deployment: 'production', pullRequest: '${{ true }}' }, after: ['await-approval'] } as const;
  const approved = { approved: { gitCommit: '0'.repeat(40), packageKind: 'kustomize', capsuleDigest: expect.stringMatching(/^sha256:/) } };
  const people = (): PullRequests => new PullRequests({ people: () => 'merged', checks: () => false });

  test('opens a request to a branch that was not there before, and writes down what people have merged', async () => {
    const { phase, message, repository, pullRequests, output, images, freightMetadata } = await run({ ...review, pullRequests: people() });
    expect({ phase, message }).toEqual({ phase: 'Succeeded', message: '' });
    expect(pullRequests.all).toMatchObject([{ source: output['branch'], target: 'stage/production', state: 'merged', commit: repository.heads()['stage/production'] }]);
    expect(images).toEqual([`${released.repository}@${released.digest}`]);
    expect(freightMetadata).toMatchObject(approved);
  });

  test('opens none where nothing differs, and writes it down too', async () => {
    const { repository } = await run({ ...review, pullRequests: people() });
    const before = repository.heads()['stage/production'];
    const again = await run({ ...review, repository, pullRequests: people() });
    expect(again).toMatchObject({ phase: 'Succeeded', message: '', pullRequests: { all: [] }, freightMetadata: approved });
    expect(repository.heads()['stage/production']).toBe(before);
  });

  test('goes by the deployment that was rendered', async () => {
    const { phase, pullRequests } = await run({ ...review, stage: 'staging', vars: { pullRequest: '${{ true }}' }, pullRequests: people() });
    expect({ phase, target: pullRequests.all[0]?.target }).toEqual({ phase: 'Succeeded', target: 'stage/staging' });
  });

  test('writes nothing down where people close the request', async () => {
    const { phase, manifests, freightMetadata } = await run({ ...review, pullRequests: new PullRequests({ people: () => 'closed' }) });
    expect({ phase, manifests, freightMetadata }).toEqual({ phase: 'Failed', manifests: '', freightMetadata: undefined });
  });
});
