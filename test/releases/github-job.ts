/** What GitHub Actions tells a job of the run that it is part of. */
export const githubJob = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'example/app',
  GITHUB_RUN_ID: '9',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW_REF: 'example/app/.github/workflows/release.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
};
