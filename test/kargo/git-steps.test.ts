import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { git } from '../releases/git-repository.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import type { WrittenStep } from './interpreter/manifest.ts';
import { hasBranch } from './interpreter/git-host.ts';
import type { PromotionOutcome } from './interpreter/promote.ts';
import { runSteps, statusesOf, step } from './interpreter/testing/run-steps.ts';
import { GitopsRepository } from './replay/gitops.ts';

const directory = temporaryDirectory();
let repository: GitopsRepository;
let workDir: string;

beforeEach(() => {
  repository = new GitopsRepository(mkdtempSync(join(directory, 'gitops-')), { main: { 'a/x': '1', 'b/y': '2' }, branches: {} });
  workDir = mkdtempSync(join(directory, 'work-'));
});

const run = (...steps: readonly WrittenStep[]): Promise<PromotionOutcome> => runSteps(steps, { workDir });

const clone = (as: string, ...checkout: readonly object[]): WrittenStep => step('git-clone', as, { repoURL: repository.url, checkout });
const out = { path: './out', as: 'out', branch: 'stage/x', create: true };
const write = (path: string, contents: string, as = 'write'): WrittenStep => step('file-write', as, { path, contents, overwrite: true });
const commit = (as = 'commit', path = './out'): WrittenStep => step('git-commit', as, { path, message: 'Change it' });
const push = (more: object = {}, as = 'push', path = './out'): WrittenStep => step('git-push', as, { path, ...more });

/** The subjects of a branch's commits, the newest first. */
const history = (branch: string): readonly string[] => git(repository.path, ['log', '--format=%s', branch]).toString().trim().split('\n');

describe('git-clone', () => {
  test('makes a missing branch at once, as one empty commit that no other branch has', async () => {
    const { state } = await run(clone('clone', out));
    expect(history('stage/x')).toEqual(['Initial commit']);
    expect(repository.files('stage/x')).toEqual({});
    expect(state['clone']).toEqual({ commits: { out: repository.heads()['stage/x'] } });
  });

  test('is an error where a branch is missing that it may not make', async () => {
    const outcome = await run(clone('clone', { ...out, create: false }));
    expect(outcome).toMatchObject({ phase: 'Errored', message: expect.stringContaining('remote branch "stage/x" does not exist'), state: { clone: null } });
    expect(Object.keys(repository.heads())).toEqual(['main']);
  });

  // Its documentation promises the default branch.
  test.each([['no branch', {}], ['an empty name of one', { branch: '' }]])('is an error where a checkout has %s', async (_, ref) => {
    expect(await run(clone('clone', { path: './src', ...ref }))).toMatchObject({ phase: 'Errored', message: expect.stringContaining('invalid reference') });
  });

  test('checks no branch out twice, and knows no alias twice', async () => {
    const main = { branch: 'main' };
    expect(await run(clone('clone', { path: './one', ...main }, { path: './two', ...main }))).toMatchObject({ phase: 'Errored' });
    const again = await run(clone('clone', { path: './three', as: 'x', ...main }, { path: './four', as: 'x', ...main }));
    expect(again).toMatchObject({ phase: 'Failed', message: 'step "clone": duplicate checkout alias "x" at checkout[1]' });
  });
});

describe('git-commit and git-push', () => {
  test('go on where nothing has changed: the commit is skipped, and both say where the branch stands', async () => {
    const outcome = await run(clone('clone', out), commit(), push());
    expect(statusesOf(outcome)).toEqual({ clone: 'Succeeded', commit: 'Skipped', push: 'Succeeded' });
    const head = repository.heads()['stage/x'];
    expect(outcome.state).toMatchObject({ commit: { commit: head }, push: { branch: 'stage/x', commit: head } });
    expect(history('stage/x')).toEqual(['Initial commit']);
  });

  test('push a generated branch, although it holds what its origin holds', async () => {
    const { state } = await run(clone('clone', out), commit(), push({ generateTargetBranch: true }));
    expect(state['push']).toMatchObject({ branch: 'kargo/promotion/test.1', commit: repository.heads()['stage/x'] });
    expect(hasBranch(repository.url, 'kargo/promotion/test.1')).toBe(true);
  });

  test('put their commit on top of what somebody else has pushed meanwhile', async () => {
    const other = { ...out, path: './other', as: 'other' };
    const others = [clone('again', other), write('./other/y', '2', 'theirs'), commit('their-commit', './other'), push({}, 'their-push', './other')];
    const outcome = await run(clone('clone', out), write('./out/x', '1'), commit(), ...others, push());
    expect(outcome.phase).toBe('Succeeded');
    expect(repository.files('stage/x')).toEqual({ x: '1', y: '2' });
    expect(outcome.state).toMatchObject({ push: { commit: repository.heads()['stage/x'] } });
  });

  test('are an error, and no failure, where that conflicts', async () => {
    const other = { ...out, path: './other', as: 'other' };
    const others = [clone('again', other), write('./other/x', '2', 'theirs'), commit('their-commit', './other'), push({}, 'their-push', './other')];
    const outcome = await run(clone('clone', out), write('./out/x', '1'), commit(), ...others, push());
    expect(outcome).toMatchObject({ phase: 'Errored', message: expect.stringContaining('pull --rebase') });
    expect(repository.files('stage/x')).toEqual({ x: '2' });
  });

  test('do not push a generated branch and a named one', async () => {
    expect(await run(clone('clone', out), push({ generateTargetBranch: true, targetBranch: 'x' }))).toMatchObject({ phase: 'Failed' });
  });
});

describe('what a branch holds', () => {
  const checkout = { path: './out', branch: 'main' };

  test.each<[what: string, remove: WrittenStep]>([
    ['git-clear', step('git-clear', 'remove', { path: './out/a' })],
    ['delete', step('delete', 'remove', { path: './out/a' })],
  ])('is removed by %s below one folder, and nowhere else', async (_, remove) => {
    const { phase } = await run(clone('clone', checkout), remove, write('./out/a/z', '3'), commit(), push());
    expect(phase).toBe('Succeeded');
    expect(repository.files('main')).toEqual({ 'a/z': '3', 'b/y': '2' });
  });

  test('git-clear cannot clear where nothing is; delete does not mind, unless it is strict', async () => {
    const missing = './out/none';
    expect(await run(clone('clone', checkout), step('git-clear', 'clear', { path: missing }))).toMatchObject({ phase: 'Errored' });
    expect(await run(step('delete', 'delete', { paths: [missing, `${missing}/deeper`] }))).toMatchObject({ phase: 'Succeeded' });
    expect(await run(step('delete', 'delete', { path: missing, strict: true }))).toMatchObject({ phase: 'Errored', message: expect.stringContaining('does not exist') });
  });

  test.each(['.', '..', '../other', 'a/../..'])('delete does not take %j, which is not below the work directory', async (path) => {
    const outcome = await run(step('delete', 'delete', { path }));
    expect(outcome).toMatchObject({ phase: 'Errored', message: expect.stringContaining('path attempts to traverse outside the working directory') });
    expect(readdirSync(directory).length).toBeGreaterThan(0);
  });

  // What is not there is fine; what cannot be followed is not.
  test.each([
    ['./file/x', 'Errored'], ['./file/x/y', 'Errored'], ['./loop/x', 'Errored'], ['./loop/x/y', 'Errored'],
    ['./loop', 'Succeeded'], ['./dangling/x', 'Succeeded'], ['./dangling', 'Succeeded'],
  ])('delete of %s, through a file or a link: %s', async (path, phase) => {
    symlinkSync('loop', join(workDir, 'loop'));
    symlinkSync('nowhere', join(workDir, 'dangling'));
    const message = phase === 'Errored' ? expect.stringContaining(`could not resolve path "${path}"`) : '';
    expect(await run(write('./file', 'x'), step('delete', 'delete', { path }))).toMatchObject({ phase, message });
  });
});
