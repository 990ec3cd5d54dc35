import { dockerHub } from '@release-capsule/core';
import type { RegistryReference } from './reference-types.ts';

const dockerHubApi = 'registry-1.docker.io';

/** Returns host and port of the registry's API, which for Docker Hub is not the host of its references. */
export function registryApiHost({ registry }: Pick<RegistryReference, 'registry'>): string {
  return registry === dockerHub ? dockerHubApi : registry;
}
