import { assertArguments } from '../../assert-arguments.ts';
import { OciError } from '../../errors.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { type CredentialPlace, helperServerAddress, parsePlace } from './credential-place.ts';
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
 * hours. For each file in turn: the host's own helper, the file's entry for a path of the host, the general store, the
 * file's entry for the host. Of several entries the longest key counts. A helper that is not installed leaves the word to
 * the file. Hosts match exactly, Docker Hub under all its names.
 */
export function loadDockerCredentials(options: DockerCredentialsOptions): CredentialProvider {
  assertArguments({ options: { 'configPath?': 'text', 'env?': 'environment', 'helperTimeoutMs?': 'amount' } }, { options });
  return {
    async credentials(registry, signal) {
      signal?.throwIfAborted();
      const place = parsePlace(registry);
      if (place === undefined) return undefined;
      for (const config of await readConfigs(options)) {
        const credential = await lookUp(config, place, { options, signal });
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
  place: CredentialPlace,
  context: LookUpContext,
): Promise<Credential | undefined> {
  const own = config.helperOf(place.host);
  if (own !== undefined) return askFirst(own, config, place, context);
  const below = config.authBelowHost(place);
  if (below !== undefined) return below;
  return config.credsStore === undefined ? config.auth(place) : askFirst(config.credsStore, config, place, context);
}

async function askFirst(
  name: string,
  config: DockerConfig,
  place: CredentialPlace,
  { options, signal }: LookUpContext,
): Promise<Credential | undefined> {
  const { env = {}, helperTimeoutMs } = options;
  const query = { name, serverAddress: helperServerAddress(place.host), env };
  const timeout = helperTimeoutMs === undefined ? {} : { timeoutMs: helperTimeoutMs };
  const { credential, missing } = await askCredentialHelper({ ...query, ...timeout }, signal);
  const found = credential ?? config.auth(place);
  if (found === undefined && missing !== undefined) throw missing;
  return found;
}
