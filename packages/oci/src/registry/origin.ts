import { OciError } from '../errors.ts';
import { parseReference } from '../reference/reference.ts';
import { registryApiHost } from '../reference/registry-host.ts';
import { isLoopbackHost } from './address.ts';
import type { RegistryLocation } from './options.ts';

/** A repository, and where its API is. */
export interface RepositoryOrigin {
  /** `https://host/v2/<name>/`. */
  readonly url: URL;
  /** `host[:port]` as people write it, in its one spelling; what credentials are kept under. */
  readonly host: string;
  readonly repository: string;
}

/**
 * Finds a repository's API: plain HTTP for loopback hosts, https for all others, or as `plainHttp` says.
 * @throws {OciError} `REFERENCE_INVALID`.
 */
export function repositoryOrigin(location: RegistryLocation, plainHttp?: boolean): RepositoryOrigin {
  const reference = parseReference(`${location.registry}/${location.repository}`);
  const named = reference.kind === 'registry' && reference.tag === undefined && reference.digest === undefined;
  // A "/" in the registry would move the border between host and repository.
  if (!named || location.registry.includes('/')) throw invalid(location);
  const url = new URL(`https://${registryApiHost(reference)}/v2/${reference.repository}/`);
  const inPlain = plainHttp ?? isLoopbackHost(url.hostname);
  return {
    url: inPlain ? new URL(`http://${registryApiHost(reference)}${url.pathname}`) : url,
    host: reference.registry,
    repository: reference.repository,
  };
}

function invalid({ registry, repository }: RegistryLocation): OciError {
  const quoted = JSON.stringify(`${registry} ${repository}`.slice(0, 300));
  return new OciError('REFERENCE_INVALID', `${quoted} is not a registry and repository`, {
    hint: 'Give the registry as HOST[:PORT] and the repository without tag or digest.',
  });
}
