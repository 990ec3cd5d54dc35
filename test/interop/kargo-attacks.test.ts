import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PullRequests } from '../kargo/interpreter/pull-requests.ts';
import { chartForms, helmPackage, packagePaths } from '../kargo/replay/packages.ts';
import type { GitopsRepository } from '../kargo/replay/gitops.ts';
import { git } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { kargoRenderer } from './support/kargo-renderer.ts';
import { gitopsWith, released, renderByTask, type TaskInput, type TaskResult } from './support/kargo-tasks.ts';

const directory = temporaryDirectory();
const renderer = kargoRenderer(join(directory, 'home'));
const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'web' }] } });
const kustomize = { task: 'render-kustomize', files: { 'kustomization.yaml': 'resources: [pod.yaml]\n', 'pod.yaml': pod }, naming: { names: [{ name: 'web' }] } } as const;
const chart = Object.entries(helmPackage('web', 'one value')).map(([path, text]) => [path.replace(`${packagePaths.helm}/`, ''), text]);
const helm = { task: 'render-helm', files: Object.fromEntries(chart), naming: { names: [{ name: 'web' }], values: chartForms['one value'].paths } } as const;

const run = (input: TaskInput): Promise<TaskResult> => renderByTask(directory, renderer, input);
const staging = 'apps/hello/deployments/staging';
const production = 'apps/hello/deployments/production';
type Change = Parameters<GitopsRepository['put']>[1];

/** What a person with the right to push makes of a branch: its files, changed below a directory. */
function meddle(repository: GitopsRepository, branch: string, change: (files: Readonly<Record<string, string>>) => Change): void {
  repository.put(branch, change(repository.files(branch)));
}

/** Each leads to something else than what was rendered, in the folder that a promotion owns. */
const meddling = (home: string): readonly (readonly [what: string, change: (files: Readonly<Record<string, string>>) => Change])[] => [
  ['another image', (files) => {
    const manifests = files[`${home}/deploy/manifests.yaml`]?.replace(released.digest, `sha256:${'6'.repeat(64)}`);
    return { ...files, [`${home}/deploy/manifests.yaml`]: manifests ?? '' };
  }],
  ['one more file', (files) => ({ ...files, [`${home}/deploy/more.yaml`]: 'kind: Secret\n' })],
  ['a link to another file', (files) => ({ ...files, 'evil.yaml': 'kind: Secret\n', [`${home}/deploy/manifests.yaml`]: { link: '../../../../../evil.yaml' } })],
  ['a folder that is a link', (files) => {
    const evil = { 'apps/evil/deploy/manifests.yaml': 'kind: Secret\n', 'apps/evil/release-metadata.yaml': files[`${home}/release-metadata.yaml`] ?? '' };
    return { ...evil, [home]: { link: '../../evil' } };
  }],
  ['another approval', (files) => ({ ...files, [`${home}/release-metadata.yaml`]: 'release: {}\n' })],
  ['a file that git is told to ignore', (files) => ({ ...files, '.gitignore': '*\n', [`${home}/deploy/more.yaml`]: 'kind: Secret\n' })],
  ['attributes for git', (files) => ({ ...files, [`${home}/.gitattributes`]: '* -text\n' })],
  ['a folder that is a link to the clone of what was rendered', () => ({ [home]: { link: `../../../../out/${home}` } })],
  ['a folder instead of the manifests', (files) => {
    const { [`${home}/deploy/manifests.yaml`]: manifests = '', ...rest } = files;
    return { ...rest, [`${home}/deploy/manifests.yaml/manifests.yaml`]: manifests };
  }],
  ['no manifests', (files) => Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('manifests.yaml')))],
];

describe.each([kustomize, helm])('$task', (given) => {
  test.each(meddling(staging))('fails if someone pushes %s to the request before it is merged', async (_what, change) => {
    const repository = gitopsWith(directory);
    const pullRequests = new PullRequests({ checks: ({ source }) => (meddle(repository, source, change), true) });
    const { phase, message, output } = await run({ ...given, repository, pullRequests });
    expect(phase).toMatch(/^(Failed|Errored)$/);
    expect(message).toMatch(/does not hold what was rendered|manifests\.yaml" does not exist/);
    expect(output).toEqual({});
  });

  test('goes on if the branch got something of another application by then, and gives the commit that holds both', async () => {
    const repository = gitopsWith(directory);
    const pullRequests = new PullRequests({ checks: () => (meddle(repository, 'stage/staging', (files) => ({ ...files, 'apps/other/x.yaml': 'a: 1\n' })), true) });
    const { phase, message, output } = await run({ ...given, repository, pullRequests });
    expect({ phase, message, commit: output['commit'] }).toEqual({ phase: 'Succeeded', message: '', commit: repository.heads()['stage/staging'] });
    expect(Object.keys(repository.files('stage/staging'))).toContain('apps/other/x.yaml');
  });

  test('is not fooled by a file of the branch that has git ignore what was rendered', async () => {
    const repository = gitopsWith(directory);
    repository.put('stage/staging', { '.gitignore': '/apps/hello\n' });
    expect(await run({ ...given, repository })).toMatchObject({ phase: 'Errored', stoppedAt: 'emptied', message: expect.stringContaining('manifests.yaml" does not exist') });
  });

  test('makes no branch for a deployment that is not there', async () => {
    const { phase, message, repository } = await run({ ...given, stage: 'stagign' });
    expect({ phase, heads: Object.keys(repository.heads()) }).toEqual({ phase: 'Errored', heads: ['main'] });
    expect(message).toContain('own/apps/hello/deployments/stagign/deployment.yaml');
  });

  // Hosts refuse a request without commits. The hook is another promotion that merges in between.
  test('opens no request if nothing differs, although another application has merged since', async () => {
    const { repository } = await run(given);
    repository.put('theirs', { ...repository.files('stage/staging'), 'apps/other/x.yaml': 'a: 1\n' });
    const mergeTheirs = 'git update-ref refs/heads/stage/staging "$(git commit-tree refs/heads/theirs^{tree} -p refs/heads/stage/staging -m theirs)"';
    hook(repository, 'post-receive', `while read -r old new ref; do case "$ref" in refs/heads/kargo/*) ${mergeTheirs};; esac; done`);
    const { phase, message, pullRequests, output } = await run({ ...given, repository });
    const { 'stage/staging': commit } = repository.heads();
    expect({ phase, message, requests: pullRequests.all, output }).toMatchObject({ phase: 'Succeeded', message: '', requests: [], output: { commit } });
    expect(Object.keys(repository.files('stage/staging'))).toContain('apps/other/x.yaml');
  });

  test('goes on if another promotion makes the branch first', async () => {
    const repository = gitopsWith(directory);
    const emptyTree = git(repository.path, ['mktree']).toString().trim();
    const first = git(repository.path, ['commit-tree', emptyTree, '-m', 'first']).toString().trim();
    const branch = 'refs/heads/stage/staging';
    hook(repository, 'pre-receive', `unset GIT_QUARANTINE_PATH; if ! git rev-parse -q --verify ${branch}; then git update-ref ${branch} ${first}; exit 1; fi`);
    expect(await run({ ...given, repository })).toMatchObject({ phase: 'Succeeded', message: '' });
    expect(Object.keys(repository.files('stage/staging'))).toEqual([`${staging}/deploy/manifests.yaml`, `${staging}/release-metadata.yaml`]);
  });

  test('reads no file of the application through a link', async () => {
    const { [`${staging}/deployment.yaml`]: _own, ...rest } = gitopsWith(directory).files('main');
    const repository = gitopsWith(directory);
    repository.put('main', { ...rest, 'elsewhere.yaml': 'envType: small\nnamespace: kube-system\n', [`${staging}/deployment.yaml`]: { link: '../../../../elsewhere.yaml' } });
    expect(await run({ ...given, repository })).toMatchObject({ phase: 'Errored', stoppedAt: 'deployment', manifests: '' });
  });
});

function hook(repository: GitopsRepository, name: string, script: string): void {
  const path = join(repository.path, 'hooks', name);
  const identity = 'export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com';
  writeFileSync(path, `#!/bin/sh\n${identity}\n${script}\n`);
  chmodSync(path, 0o755);
}

describe('render-kustomize', () => {
  const withHelmChart = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nhelmGlobals: { chartHome: HOME }\nhelmCharts: [{ name: leak, releaseName: leak }]\n';
  const leak = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'leak' }, data: { leaked: '{{ .Files.Get "outside" | quote }}' } };

  // Helm follows links, and Kargo's kustomize runs it: a link would lead it to the files of Kargo's own.
  test.each(['../../../../src/apps/hello/envTypes/small', './'])('gives no file of the controller to a chart in an envType: %s', async (home) => {
    const outside = join(directory, 'token');
    writeFileSync(outside, 'the token of the controller');
    const repository = gitopsWith(directory);
    const small = 'apps/hello/envTypes/small';
    repository.put('main', {
      ...repository.files('main'),
      [`${small}/kustomization.yaml`]: withHelmChart.replace('HOME', home),
      [`${small}/leak/Chart.yaml`]: 'apiVersion: v2\nname: leak\nversion: 1.0.0\n',
      [`${small}/leak/values.yaml`]: '{}\n',
      [`${small}/leak/outside`]: { link: outside },
      [`${small}/leak/templates/leak.yaml`]: JSON.stringify(leak).replaceAll('\\"', '"').replace('"{{', '{{').replace('}}"', '}}'),
    });
    const { manifests } = await run({ ...kustomize, repository });
    expect(manifests).not.toContain('the token of the controller');
  });

  test.each(['../../../src', '/etc', 'base"]\nresources: ["x', '..', '.git', '${{ 1 }}'])('takes no entry %j', async (entry) => {
    expect(await run({ ...kustomize, vars: { entry } })).toMatchObject({ phase: 'Failed', stoppedAt: 'entries' });
  });
});

describe('what was approved', () => {
  const review = { ...kustomize, stage: 'review', vars: { deployment: 'production', pullRequest: '${{ true }}' }, after: ['await-approval'] } as const;
  const people = (): PullRequests => new PullRequests({ people: () => 'merged' });
  const check = { ...kustomize, task: 'check-deployed', stage: 'production' } as const;

  test.each(meddling(production))('is not written down if someone pushed %s to the request', async (_what, change) => {
    const repository = gitopsWith(directory);
    const pullRequests = new PullRequests({ people: ({ source }) => (meddle(repository, source, change), 'merged') });
    const { phase, freightMetadata } = await run({ ...review, repository, pullRequests });
    expect({ phase, freightMetadata }).toEqual({ phase: expect.stringMatching(/^(Failed|Errored)$/), freightMetadata: undefined });
  });

  test('is found deployed, whatever other applications have merged since', async () => {
    const { repository, freightMetadata } = await run({ ...review, pullRequests: people() });
    meddle(repository, 'stage/production', (files) => ({ ...files, 'apps/other/x.yaml': 'a: 1\n' }));
    const { phase, message, output } = await run({ ...check, repository, known: freightMetadata ?? {} });
    expect({ phase, message, output }).toEqual({ phase: 'Succeeded', message: '', output: { commit: repository.heads()['stage/production'] } });
  });

  test.each(meddling(production))('is not what is deployed if someone pushed %s later', async (_what, change) => {
    const { repository, freightMetadata } = await run({ ...review, pullRequests: people() });
    meddle(repository, 'stage/production', change);
    const { phase, message } = await run({ ...check, repository, known: freightMetadata ?? {} });
    expect(phase).toMatch(/^(Failed|Errored)$/);
    expect(message).toMatch(/were changed after the request was merged|stage\/production holds|does not exist|fetch reference|reading YAML file/);
  });

  test('must have been merged by a request', async () => {
    const { repository } = await run({ ...review, pullRequests: people() });
    expect(await run({ ...check, repository })).toMatchObject({ phase: 'Failed', stoppedAt: 'unmerged' });
  });
});
