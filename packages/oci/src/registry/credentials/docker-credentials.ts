import { assertArguments } from '../../assert-arguments.ts';
import { OciError } from '../../errors.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { credentialHost, helperServerAddress } from './credential-host.ts';
import type { Credential, CredentialProvider } from './credential-provider.ts';
import { dockerConfigPaths, readDockerConfig, type Environment } from './docker-config-file.ts';
import type { DockerConfig } from './docker-config.ts';

/** Where Docker's credentials are looked for. */
export interface DockerCredentialsOptions {
  /** One file, which has to exist; without it, `env` says where to look. */
  readonly configPath?: string;
  /** The environment: where the files lie, and what credential helpers are run with. */
  readonly env?: Environment;
  /** Milliseconds until a credential helper is given up. */
  readonly helperTimeoutMs?: number;
}

/**
 * Makes a provider of the credentials that `docker login` or `podman login` stored. Files are read and helpers run each
 * time credentials are asked for: a program that runs for months outlives those of clouds, which are replaced within
 * hours. For each file in turn: the host's own helper, the general store, the file's own entry. Hosts match exactly, Docker
 * Hub under all its names.
 */
export function loadDockerCredentials(options: DockerCredentialsOptions): CredentialProvider {
  assertArguments({ options: { 'configPath?': 'text', 'env?': 'environment', 'helperTimeoutMs?': 'amount' } }, { options });
  return {
    async credentials(host, signal) {
      signal?.throwIfAborted();
      for (const config of await readConfigs(options)) {
        const credential = await lookUp(config, host, { options, signal });
        if (credential !== undefined) return credential;
      }
      return undefined;
    },
  };
}

async function readConfigs({ configPath, env = {} }: DockerCredentialsOptions): Promise<readonly DockerConfig[]> {
  if (configPath === undefined) {
    const configs = await Promise.all(dockerConfigPaths(env).map(readDockerConfig));
    return configs.filter((config) => config !== undefined);
  }
  const config = await readDockerConfig(configPath);
  if (config !== undefined) return [config];
  throw new OciError('CREDENTIALS_INVALID', `there is no Docker configuration at ${configPath}`, {
    hint: 'Name the config.json itself, or log in first: docker login.',
  });
}

interface LookUpContext {
  readonly options: DockerCredentialsOptions;
  readonly signal: AbortSignal | undefined;
}

async function lookUp(
  config: DockerConfig,
  registry: string,
  { options, signal }: LookUpContext,
): Promise<Credential | undefined> {
  const host = credentialHost(registry);
  if (host === undefined) return undefined;
  const helper = config.credHelpers.get(host) ?? config.credsStore;
  if (helper === undefined) return config.auth(host);
  const { env = {}, helperTimeoutMs } = options;
  const query = { name: helper, serverAddress: helperServerAddress(host), env };
  const timeout = helperTimeoutMs === undefined ? {} : { timeoutMs: helperTimeoutMs };
  return (await askCredentialHelper({ ...query, ...timeout }, signal)) ?? config.auth(host);
}
