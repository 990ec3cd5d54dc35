import { describe, expect, it } from 'vitest';
import { detectCi } from './ci-environment.ts';

const commit = 'b'.repeat(40);
const actions = {
  GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'example/app', GITHUB_SHA: commit,
};
const gitlab = {
  GITLAB_CI: 'true', CI_PROJECT_URL: 'https://gitlab.example/group/sub/app', CI_COMMIT_SHA: commit,
  CI_REPOSITORY_URL: 'https://gitlab-ci-token:SECRET@gitlab.example/group/sub/app.git',
};

describe('detectCi', () => {
  it.each([
    ['github', actions],
    ['gitea', { ...actions, GITEA_ACTIONS: 'true' }],
    ['forgejo', { ...actions, GITEA_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }],
  ])('reads %s', (provider, env) => {
    expect(detectCi(env)).toEqual({ provider, repoURL: 'https://github.com/example/app', commit });
  });

  it('reads GitLab, and never the address with the token', () => {
    expect(detectCi(gitlab)).toEqual({ provider: 'gitlab', repoURL: 'https://gitlab.example/group/sub/app', commit });
    expect(JSON.stringify(detectCi({ ...gitlab, CI_PROJECT_URL: undefined }))).not.toContain('gitlab.example');
  });

  it('keeps the path of a server that lies below one, and one slash', () => {
    const env = { ...actions, GITHUB_SERVER_URL: 'https://host.example/git/' };
    expect(detectCi(env)?.repoURL).toBe('https://host.example/git/example/app');
  });

  it('finds nothing outside CI', () => {
    expect(detectCi({})).toBeUndefined();
    expect(detectCi({ GITHUB_ACTIONS: 'false', GITHUB_SHA: commit })).toBeUndefined();
    expect(detectCi({ CI: 'true', CI_COMMIT_SHA: commit })).toBeUndefined();
  });

  it.each(['', 'HEAD', commit.slice(1), commit.toUpperCase(), `${commit}\n`])('takes %j for no commit', (text) => {
    expect(detectCi({ ...actions, GITHUB_SHA: text })).toEqual({ provider: 'github',
      repoURL: 'https://github.com/example/app' });
    expect(detectCi({ ...gitlab, CI_COMMIT_SHA: text })?.commit).toBeUndefined();
  });

  it.each(['https://user:secret@github.com', 'https://token@github.com', 'file:///etc', 'github.com', 'https://h/?a=b',
    ''])(
    'takes %j for no server',
    (url) => {
      expect(detectCi({ ...actions, GITHUB_SERVER_URL: url })).toEqual({ provider: 'github', commit });
      expect(detectCi({ ...gitlab, CI_PROJECT_URL: url })).toEqual({ provider: 'gitlab', commit });
    },
  );

  it.each(['', 'app', 'a/b/c', '../x', 'a/b?x', 'a/b#c', 'a b/c', '@evil/x'])('takes %j for no repository',
    (repository) => {
    expect(detectCi({ ...actions, GITHUB_REPOSITORY: repository })?.repoURL).toBeUndefined();
  });
});
