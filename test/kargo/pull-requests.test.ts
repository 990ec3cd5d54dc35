import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { git } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { FakeClock } from './interpreter/fake-clock.ts';
import { inflateSteps } from './interpreter/inflate-steps.ts';
import { promote, type PromotionOutcome } from './interpreter/promote.ts';
import { type HostRules, PullRequests } from './interpreter/pull-requests.ts';
import { noRenderer } from './interpreter/renderer.ts';
import { GitopsRepository } from './replay/gitops.ts';

const directory = temporaryDirectory();
let repository: GitopsRepository;
let clock: FakeClock;
let requests: PullRequests;

beforeEach(() => {
  repository = new GitopsRepository(mkdtempSync(join(directory, 'gitops-')), { main: { a: '1' }, branches: {} });
  clock = new FakeClock();
});

const open = (source: string, target: string): object => ({ uses: 'git-open-pr', as: 'open', config: { repoURL: repository.url, sourceBranch: source, targetBranch: target } });
const merge = (config: object = { wait: true }): object => ({ uses: 'git-merge-pr', as: 'merge', config: { repoURL: repository.url, prNumber: 1, ...config } });

async function run(steps: readonly object[], rules: HostRules = {}): Promise<PromotionOutcome> {
  requests = new PullRequests(rules);
  const services = { metadata: { Stage: new Map(), Freight: new Map() }, pullRequests: requests, renderer: noRenderer, secrets: {} };
  const freight = { name: 'f00', origin: 'app', images: [] };
  const facts = { project: 'p', stage: 's', promotion: 's.1', freight, subscriptions: {}, vars: [], services };
  return promote(facts, inflateSteps({ name: 's', vars: [], steps }), { workDir: mkdtempSync(join(directory, 'work-')), clock });
}

describe('git-open-pr', () => {
  test('is an error where the branch is missing that it would go to: it makes none', async () => {
    const { phase, message } = await run([open('main', 'stage/x')]);
    expect({ phase, message }).toEqual({ phase: 'Errored', message: expect.stringContaining('target branch "stage/x" does not exist') });
    expect(Object.keys(repository.heads())).toEqual(['main']);
  });

  test('is skipped where nothing differs, and what follows goes on', async () => {
    git(repository.path, ['branch', 'stage/x', 'main']);
    const { phase, steps, state } = await run([open('main', 'stage/x'), { uses: 'compose-output', as: 'after', config: { a: 1 } }]);
    expect({ phase, statuses: steps.map(({ status }) => status), after: state['after'] }).toEqual({ phase: 'Succeeded', statuses: ['Skipped', 'Succeeded'], after: { a: 1 } });
    expect(state['open']).toBeNull();
    expect(requests.all).toEqual([]);
  });

  // What GitHub answers; Kargo itself does not look.
  test('is an error where the branches have no history in common', async () => {
    const tree = git(repository.path, ['mktree']).toString().trim();
    const orphan = git(repository.path, ['commit-tree', tree, '-m', 'Initial commit']).toString().trim();
    git(repository.path, ['branch', 'stage/x', orphan]);
    expect(await run([open('main', 'stage/x')])).toMatchObject({ phase: 'Errored', message: expect.stringContaining('no history in common') });
  });

  test('is an error if the target has all commits of the branch, and more', async () => {
    git(repository.path, ['branch', 'stage/x', 'main']);
    repository.put('stage/x', { a: '2' });
    expect(await run([open('main', 'stage/x')])).toMatchObject({ phase: 'Errored', message: expect.stringContaining('No commits between') });
  });
});

describe('git-merge-pr', () => {
  beforeEach(() => {
    git(repository.path, ['branch', 'stage/x', 'main']);
    git(repository.path, ['branch', 'generated', 'main']);
    repository.put('generated', { a: '2' });
  });

  test('waits until the required checks have passed, and says which commit it made', async () => {
    let looks = 0;
    const before = repository.heads()['stage/x'];
    const { phase, state } = await run([open('generated', 'stage/x'), merge()], { checks: () => (looks += 1) > 2 });
    expect(phase).toBe('Succeeded');
    expect(clock.waits).toEqual([10_000, 10_000]);
    expect(state['merge']).toEqual({ commit: repository.heads()['stage/x'] });
    expect(repository.heads()['stage/x']).not.toBe(before);
    expect(repository.files('stage/x')).toEqual({ a: '2' });
  });

  test.each<[string, HostRules, object, string]>([
    ['a check never passes', { checks: () => false }, { retry: { timeout: '1h' } }, 'timed out after 1h'],
    ['it may not wait for a check', { checks: () => false }, { config: {} }, 'not ready to merge and wait is disabled'],
    ['somebody closes the request', { people: () => 'closed' }, {}, 'error merging pull request 1'],
  ])('merges nothing where %s', async (_what, rules, more, message) => {
    const before = repository.heads();
    const { config = { wait: true }, ...rest } = more as { readonly config?: object };
    const outcome = await run([open('generated', 'stage/x'), { ...merge(config), ...rest }], rules);
    expect(outcome).toMatchObject({ phase: expect.stringMatching(/^(Failed|Errored)$/), message: expect.stringContaining(message) });
    expect(repository.heads()).toEqual(before);
  });

  test('takes a request that people have merged for what it wants', async () => {
    const { phase, state } = await run([open('generated', 'stage/x'), merge()], { people: () => 'merged', checks: () => false });
    expect({ phase, merged: state['merge'] }).toEqual({ phase: 'Succeeded', merged: { commit: repository.heads()['stage/x'] } });
  });

  test('fails for good where the branches conflict', async () => {
    repository.put('stage/x', { a: '3' });
    expect(await run([open('generated', 'stage/x'), merge()])).toMatchObject({ phase: 'Failed', message: expect.stringContaining('error merging pull request 1') });
  });
});

test('git-wait-for-pr says how a request stands that somebody has closed, and fails', async () => {
  git(repository.path, ['branch', 'stage/x', 'main']);
  git(repository.path, ['branch', 'generated', 'main']);
  repository.put('generated', { a: '2' });
  const wait = { uses: 'git-wait-for-pr', as: 'wait', config: { repoURL: repository.url, prNumber: 1 } };
  const outcome = await run([open('generated', 'stage/x'), wait], { people: () => 'closed' });
  expect(outcome).toMatchObject({ phase: 'Failed', state: { wait: { pr: { id: 1, open: false, merged: false } } } });
});

test('git-wait-for-pr says which commit people have merged', async () => {
  git(repository.path, ['branch', 'stage/x', 'main']);
  git(repository.path, ['branch', 'generated', 'main']);
  repository.put('generated', { a: '2' });
  const wait = { uses: 'git-wait-for-pr', as: 'wait', config: { repoURL: repository.url, prNumber: 1 } };
  const { state } = await run([open('generated', 'stage/x'), wait], { people: () => 'merged' });
  expect(state['wait']).toMatchObject({ commit: repository.heads()['stage/x'] });
});
