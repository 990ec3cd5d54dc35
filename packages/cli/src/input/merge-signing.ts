import { resolve } from 'node:path';
import type { LoadedConfig } from './load-config.ts';
import { isKeyFile } from './load-key.ts';
import type { SigningFlags } from './signing-flags.ts';

/**
 * Fills in from `capsule.yaml` what no flag says. A flag that says who signs wins over whoever the file names; paths of
 * the file are relative to it.
 */
export function mergeSigning(flags: SigningFlags, config: LoadedConfig | undefined): SigningFlags {
  const sign = config?.file.sign;
  if (config === undefined || sign === undefined) return flags;
  const inConfig = (path: string): string => resolve(config.directory, path);
  const { key, keyless, signingConfig, trustedRoot, legacySignature } = sign;
  const isSaid = flags.key !== undefined || flags.keyless === true;
  const namesServices = flags.fulcioUrl !== undefined || flags.rekorUrl !== undefined || flags.timestampServerUrl !== undefined;
  return {
    ...(!isSaid && key !== undefined && { key: isKeyFile(key) ? inConfig(key) : key }),
    ...(!isSaid && keyless === true && { keyless }),
    ...(!namesServices && signingConfig !== undefined && { signingConfig: inConfig(signingConfig) }),
    ...(trustedRoot !== undefined && { trustedRoot: inConfig(trustedRoot) }),
    ...(legacySignature !== undefined && { legacySignature }),
    ...flags,
  };
}
