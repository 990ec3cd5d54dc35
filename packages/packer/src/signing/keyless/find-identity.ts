import { assertArguments } from '../../assert-arguments.ts';
import { PackError } from '../../errors.ts';
import { detectCi } from '../../source/ci-environment.ts';
import { requestGitHubToken } from './github-identity.ts';
import { type IdentityToken, parseIdentityToken } from './identity-token.ts';

/** Where an identity can be found. */
export interface FindIdentityOptions {
  /** The content of a file that was named, which goes before everything else. */
  readonly file?: { readonly text: string; readonly path: string } | undefined;
  /** The variables of the CI job. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time by which a token has ended or not; the system's by default. */
  readonly now?: Date | undefined;
  readonly signal?: AbortSignal | undefined;
}

const variable = 'SIGSTORE_ID_TOKEN';

/**
 * Finds the identity to sign in the name of: a token in a file, then `SIGSTORE_ID_TOKEN` (which GitLab sets by
 * `id_tokens`), then the one that GitHub Actions issues. No browser is opened.
 * @throws {PackError} `OPTION_INVALID`; `IDENTITY_UNAVAILABLE`, with what to do on this CI system; `SERVICE_UNAVAILABLE`.
 */
export async function findIdentity(options: FindIdentityOptions): Promise<IdentityToken> {
  const shape = { 'file?': { text: 'text', path: 'text' }, env: 'environment', 'now?': 'date', 'signal?': 'signal' } as const;
  assertArguments({ options: shape }, { options });
  const { file, env, now = new Date(), signal } = options;
  if (file !== undefined) return parseIdentityToken(file.text, { from: file.path, now });
  const given = env[variable];
  if (given !== undefined && given.trim() !== '') return parseIdentityToken(given, { from: variable, now });
  const requested = await requestGitHubToken(env, signal);
  if (requested !== undefined) return parseIdentityToken(requested, { from: 'GitHub Actions', now });
  throw notFound(detectCi(env)?.provider);
}

type Provider = NonNullable<ReturnType<typeof detectCi>>['provider'];

const hints: Readonly<Record<Provider, string>> = {
  github: 'Give the job "permissions: { id-token: write }". Workflows of a fork\'s pull request cannot have it.',
  gitlab: 'Give the job "id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }".',
  gitea: `Gitea issues no such tokens: set ${variable} from another issuer, or sign with --key.`,
  forgejo: `Enable OpenID Connect for the job where Forgejo offers it, else set ${variable}, or sign with --key.`,
};

function notFound(provider: Provider | undefined): PackError {
  const message = `there is no identity to sign with: neither a token file nor ${variable} is given, and no CI service offers one`;
  const hint = provider === undefined ? `Set ${variable}, or give --identity-token FILE; or sign with --key.` : hints[provider];
  return new PackError('IDENTITY_UNAVAILABLE', message, { hint });
}
