import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspace } from './make-repository.ts';

/** A private Sigstore on loopback: scripts/interop/private-sigstore.mjs, which ends with its scope, or with this process. */
export interface PrivateSigstore extends AsyncDisposable {
  /** The folder with everything that it has written. */
  readonly folder: string;
  readonly files: {
    readonly trustedRoot: string;
    /** Fulcio, the log and the timestamp authority. */
    readonly signingConfig: string;
    /** The same without the log. */
    readonly unloggedSigningConfig: string;
  };
  readonly urls: Readonly<Record<'certificateLog' | 'fulcio' | 'rekor' | 'timestampAuthority', string>>;
  /** The issuers of its identity provider. */
  readonly issuers: Readonly<Record<Issuer, string>>;
  /** The environment of a GitHub Actions job that may ask for its identity. */
  readonly job: Readonly<Record<string, string>>;
  /** Asks an issuer for a token, with claims that differ from the default. */
  token(issuer: Issuer, claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** People, or jobs of a CI system. */
export type Issuer = 'email' | 'github' | 'gitlab';

/** Whom an issuer vouches for unless it is asked for somebody else, as a certificate names them. */
export const identities: Readonly<Record<Issuer, string>> = {
  email: 'releaser@example.com',
  github: 'https://github.com/example/hello/.github/workflows/release.yaml@refs/heads/main',
  gitlab: 'https://gitlab.example.com/example/hello//.gitlab-ci.yml@refs/heads/main',
};

/**
 * Starts a private Sigstore.
 * @throws {Error} with what it printed, where it ends instead.
 */
export async function startPrivateSigstore(): Promise<PrivateSigstore> {
  const child = spawn(process.execPath, [join(workspace, 'scripts/interop/private-sigstore.mjs')], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => void child.kill('SIGTERM');
  process.once('exit', end);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit').then(() => {
    throw new Error(`the private Sigstore ended:\n${complaint}`);
  });
  const [line] = await Promise.race([once(lines, 'line'), exited]);
  const made = JSON.parse(String(line)) as Omit<PrivateSigstore, 'token'>;
  return {
    ...made,
    token: (issuer, claims = {}) => askForToken(made.issuers[issuer], claims),
    async [Symbol.asyncDispose]() {
      process.off('exit', end);
      end();
      await exited.catch(() => undefined);
    },
  };
}

async function askForToken(issuer: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: JSON.stringify(claims) });
  const { token } = (await answer.json()) as { readonly token: string };
  return token;
}
