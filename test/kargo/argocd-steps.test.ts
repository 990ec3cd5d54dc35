import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { type Application, Applications } from './interpreter/applications.ts';
import { FakeClock } from './interpreter/fake-clock.ts';
import type { WrittenStep } from './interpreter/manifest.ts';
import type { PromotionOutcome } from './interpreter/promote.ts';
import { runSteps, statusesOf, step } from './interpreter/testing/run-steps.ts';

const directory = temporaryDirectory();
const repoURL = 'https://git.example/team/gitops.git';
const [wanted, another] = ['a'.repeat(40), 'b'.repeat(40)];

const application: Application = { name: 'web', namespace: 'argocd', authorizedStages: ['project:test'], repoURL, health: 'Healthy' };
const update = step('argocd-update', 'sync', { apps: [{ name: 'web', sources: [{ repoURL, desiredRevision: wanted }] }] });
const wait = step('argocd-wait', 'healthy', { apps: [{ name: 'web' }] });

/** An Argo CD that ends each sync with the next revision, and looks as healthy as the next health says. */
function argocd(revisions: readonly string[], healths: readonly Application['health'][] = ['Healthy'], is: Partial<Application> = {}): Applications {
  const [revision, health] = [turns(revisions), turns(healths)];
  return new Applications([{ ...application, ...is }], (before) => {
    if (before.sync?.phase === 'Running') return { ...before, sync: { ...before.sync, phase: 'Succeeded', revision: revision() } };
    return before.sync === undefined ? before : { ...before, health: health() };
  });
}

/** Gives one after the other, the last one again and again. */
function turns<T>(values: readonly T[]): () => T {
  let at = 0;
  return () => {
    const value = values[Math.min(at, values.length - 1)];
    at += 1;
    if (value === undefined) throw new Error('there is none');
    return value;
  };
}

const run = (applications: Applications | undefined, ...steps: readonly WrittenStep[]): Promise<PromotionOutcome> => {
  return runSteps(steps, { workDir: mkdtempSync(join(directory, 'work-')), clock: new FakeClock(), ...(applications !== undefined && { applications }) });
};

describe('argocd-update', () => {
  test('has an Application synced, and ends once the revision is there that was asked for', async () => {
    const outcome = await run(argocd([another, wanted]), update);
    expect(outcome).toMatchObject({ phase: 'Succeeded', steps: [{ attempts: 3 }], state: { sync: null } });
  });

  test('ends in error after five minutes, unless told otherwise, where that revision never comes', async () => {
    const outcome = await run(argocd([another]), update);
    expect(outcome).toMatchObject({ phase: 'Errored', message: 'step "sync" timed out after 5m' });
    expect(await run(argocd([another]), { ...update, retry: { timeout: '30s' } })).toMatchObject({ message: 'step "sync" timed out after 30s' });
  });

  test('takes any revision where none was asked for', async () => {
    expect(await run(argocd([another]), step('argocd-update', 'sync', { apps: [{ name: 'web' }] }))).toMatchObject({ phase: 'Succeeded' });
  });

  test.each<[what: string, applications: Applications | undefined, message: string]>([
    ['there is no such Application', new Applications(), 'unable to find'],
    ['the Application does not permit this Stage', argocd([wanted], ['Healthy'], { authorizedStages: ['project:other', 'other:test'] }), 'is not authorized'],
    ['the Application has another repository', argocd([wanted], ['Healthy'], { repoURL: 'https://git.example/other.git' }), 'matched update of source'],
    ['Kargo knows no Argo CD', undefined, 'integration is disabled'],
  ])('is an error where %s', async (_, applications, message) => {
    expect(await run(applications, update)).toMatchObject({ phase: 'Errored', message: expect.stringContaining(message) });
  });

  test('is an error where the sync fails', async () => {
    const failing = new Applications([application], (before) => {
      return before.sync?.phase === 'Running' ? { ...before, sync: { ...before.sync, phase: 'Failed', message: 'one or more objects failed to apply' } } : before;
    });
    expect(await run(failing, update)).toMatchObject({ phase: 'Errored', message: expect.stringContaining('failed with: one or more objects failed to apply') });
  });

  test('takes one spelling of a repository for another', async () => {
    expect(await run(argocd([wanted], ['Healthy'], { repoURL: 'https://git.example/Team/gitops' }), update)).toMatchObject({ phase: 'Succeeded' });
  });
});

describe('argocd-wait', () => {
  test('waits for health after the sync, which itself does not', async () => {
    const outcome = await run(argocd([wanted], ['Progressing', 'Progressing', 'Healthy']), update, wait);
    expect(statusesOf(outcome)).toEqual({ sync: 'Succeeded', healthy: 'Succeeded' });
    expect(outcome.state).toMatchObject({ healthy: { healthStatus: { 'argocd/web': 'Healthy' } } });
  });

  test('does not ask which revision is healthy', async () => {
    expect(await run(argocd([another]), step('argocd-update', 'sync', { apps: [{ name: 'web' }] }), wait)).toMatchObject({ phase: 'Succeeded' });
  });

  test('ends in error at once where health becomes worse, and at its timeout where it does not come', async () => {
    const outcome = await run(argocd([wanted], ['Progressing', 'Degraded']), update, wait);
    expect(outcome).toMatchObject({ phase: 'Errored', message: expect.stringContaining('has regressed from Progressing to Degraded') });
    expect(await run(argocd([wanted], ['Progressing']), update, wait)).toMatchObject({ message: 'step "healthy" timed out after 5m' });
  });
});
