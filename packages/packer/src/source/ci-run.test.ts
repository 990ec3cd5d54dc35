import { describe, expect, test } from 'vitest';
import { detectCiRun } from './ci-run.ts';

const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'example/app',
  GITHUB_RUN_ID: '9876543210',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW_REF: 'example/app/.github/workflows/release.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
};
const gitlab = {
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.com/example/app',
  CI_JOB_URL: 'https://gitlab.com/example/app/-/jobs/42',
  CI_JOB_ID: '42',
  CI_PIPELINE_ID: '7',
  CI_PIPELINE_SOURCE: 'push',
  CI_RUNNER_ID: '99',
  CI_JOB_TOKEN: 'secret',
};

describe('the run of a CI job', () => {
  test('is told by GitHub Actions, with its attempt', () => {
    expect(detectCiRun(github)).toEqual({
      provider: 'github',
      builderId: 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main',
      invocationId: 'https://github.com/example/app/actions/runs/9876543210/attempts/2',
      facts: { run_id: '9876543210', run_attempt: '2', event_name: 'push', ref: 'refs/heads/main' },
    });
  });

  test('is told by GitLab CI, where each job is another', () => {
    expect(detectCiRun(gitlab)).toEqual({
      provider: 'gitlab',
      builderId: 'https://gitlab.com/example/app/-/runners/99',
      invocationId: 'https://gitlab.com/example/app/-/jobs/42',
      facts: { pipeline_id: '7', job_id: '42', pipeline_source: 'push' },
    });
  });

  test.each<[string, Readonly<Record<string, string | undefined>>]>([
    ['nowhere', {}],
    ['by a run without a number', { ...github, GITHUB_RUN_ID: '../../1' }],
    ['by a run without an attempt', { ...github, GITHUB_RUN_ATTEMPT: undefined }],
    ['by a job whose address holds a password', { ...gitlab, CI_JOB_URL: 'https://user:secret@gitlab.com/example/app/-/jobs/42' }],
    ["by GitHub's variables in a runner of Gitea", { ...github, GITEA_ACTIONS: 'true' }],
  ])('is not told %s', (_, env) => {
    expect(detectCiRun(env)).toBeUndefined();
  });

  test('never holds a token', () => {
    expect(JSON.stringify([detectCiRun(github), detectCiRun(gitlab)])).not.toContain('secret');
  });

  test('leaves a builder out that is no address, and texts that are none', () => {
    expect(detectCiRun({ ...github, GITHUB_WORKFLOW_REF: 'a?token=b' })?.builderId).toBeUndefined();
    expect(detectCiRun({ ...github, GITHUB_REF: 'x'.repeat(1025) })?.facts).not.toHaveProperty('ref');
  });
});
