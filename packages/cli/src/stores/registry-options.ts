import { loadDockerCredentials, type RegistryOptions } from '@release-capsule/oci';
import type { Context } from '../context.ts';
import { version } from '../version.ts';

/** Says how every registry is spoken to: by Docker's credentials, under our name. */
export function registryOptions({ plainHttp = false }: { readonly plainHttp?: boolean }, { env }: Context): RegistryOptions {
  return {
    credentials: loadDockerCredentials({ env }),
    userAgent: `release-capsule/${version}`,
    ...(plainHttp && { plainHttp: true }),
  };
}
