/** The services whose environment can be read. */
export type CiProvider = 'github' | 'gitlab' | 'gitea' | 'forgejo';

/** What a CI job's environment says about the source. */
export interface CiEnvironment {
  readonly provider: CiProvider;
  /** Where the repository lives, with no credentials; absent where the variables do not make an address. */
  readonly repoURL?: string;
  /** 40 or 64 lower-case hexadecimal digits. On GitHub a pull request's is that of a trial merge. */
  readonly commit?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment of a CI job: GitHub Actions, Gitea and Forgejo Actions, GitLab CI; undefined elsewhere.
 * Variables that may hold a token (`CI_REPOSITORY_URL`) are not looked at.
 * Source: docs.github.com, "Default environment variables"; docs.gitlab.com, "Predefined CI/CD variables".
 */
export function detectCi(env: Environment): CiEnvironment | undefined {
  const provider = providerOf(env);
  if (provider === undefined) return undefined;
  const isGitLab = provider === 'gitlab';
  const repoURL = isGitLab ? plainAddress(env['CI_PROJECT_URL']) : actionsAddress(env);
  const commit = fullCommit(isGitLab ? env['CI_COMMIT_SHA'] : env['GITHUB_SHA']);
  return { provider, ...(repoURL === undefined ? {} : { repoURL }), ...(commit === undefined ? {} : { commit }) };
}

// Gitea's and Forgejo's runners set GitHub's variables too, for the sake of its actions.
function providerOf(env: Environment): CiProvider | undefined {
  if (env['FORGEJO_ACTIONS'] === 'true') return 'forgejo';
  if (env['GITEA_ACTIONS'] === 'true') return 'gitea';
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  return env['GITLAB_CI'] === 'true' ? 'gitlab' : undefined;
}

function actionsAddress(env: Environment): string | undefined {
  const server = plainAddress(env['GITHUB_SERVER_URL']);
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  if (server === undefined || !/^[\w-][\w.-]*\/[\w.-]+$/.test(repository)) return undefined;
  return plainAddress(`${server.replace(/\/$/, '')}/${repository}`);
}

function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash } = new URL(text);
  const isPlain = username === '' && password === '' && search === '' && hash === '';
  return isPlain && /^https?:$/.test(protocol) ? text : undefined;
}

function fullCommit(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}
