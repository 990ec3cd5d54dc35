import { detectCi } from './ci-environment.ts';

/** One run of a CI job, as its environment tells it. Nobody vouches for it but who signs it. */
export interface CiRun {
  readonly provider: 'github' | 'gitlab';
  /** What ran the build: on GitHub the workflow's file at its ref, on GitLab the runner. */
  readonly builderId?: string;
  /** This run and, where the provider has them, this attempt of it. */
  readonly invocationId: string;
  /** What the provider says beside, as it names it. */
  readonly facts: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const maxTextCharacters = 1024;

/**
 * Reads which run of which CI job this is: GitHub Actions or GitLab CI; undefined elsewhere, or where the variables make
 * no address. What may hold a token is not looked at.
 * Source: docs.github.com, "Default environment variables"; docs.gitlab.com, "Predefined CI/CD variables"; builder and
 * invocation are named as actions/attest v3 and GitLab Runner 18 name them.
 */
export function detectCiRun(env: Environment): CiRun | undefined {
  const provider = detectCi(env)?.provider;
  if (provider === 'github') return gitHubRun(env);
  return provider === 'gitlab' ? gitLabRun(env) : undefined;
}

function gitHubRun(env: Environment): CiRun | undefined {
  const repoURL = detectCi(env)?.repoURL;
  const [runId, attempt] = [numeric(env['GITHUB_RUN_ID']), numeric(env['GITHUB_RUN_ATTEMPT'])];
  if (repoURL === undefined || runId === undefined || attempt === undefined) return undefined;
  const workflow = env['GITHUB_WORKFLOW_REF'];
  const builder = workflow === undefined ? undefined : plain(`${new URL(repoURL).origin}/${workflow}`);
  return {
    provider: 'github',
    ...(builder !== undefined && { builderId: builder }),
    invocationId: `${repoURL}/actions/runs/${runId}/attempts/${attempt}`,
    facts: texts({
      run_id: runId,
      run_attempt: attempt,
      event_name: env['GITHUB_EVENT_NAME'],
      ref: env['GITHUB_REF'],
      repository_id: env['GITHUB_REPOSITORY_ID'],
      repository_owner_id: env['GITHUB_REPOSITORY_OWNER_ID'],
      runner_environment: env['RUNNER_ENVIRONMENT'],
    }),
  };
}

function gitLabRun(env: Environment): CiRun | undefined {
  const [project, job] = [detectCi(env)?.repoURL, plain(env['CI_JOB_URL'] ?? '')];
  if (project === undefined || job === undefined) return undefined;
  const runner = numeric(env['CI_RUNNER_ID']);
  return {
    provider: 'gitlab',
    ...(runner !== undefined && { builderId: `${project}/-/runners/${runner}` }),
    invocationId: job, // a job that is tried again is another job
    facts: texts({
      pipeline_id: env['CI_PIPELINE_ID'],
      job_id: env['CI_JOB_ID'],
      pipeline_source: env['CI_PIPELINE_SOURCE'],
      ref: env['CI_COMMIT_REF_NAME'],
      project_id: env['CI_PROJECT_ID'],
    }),
  };
}

function texts(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const known = Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1]));
  return Object.fromEntries(known);
}

function isText(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text.length <= maxTextCharacters;
}

function numeric(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9]{1,20}$/.test(text) ? text : undefined;
}

function plain(text: string): string | undefined {
  if (!isText(text) || !URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '' ? text : undefined;
}
