import { join, resolve } from 'node:path';
import { findKeyring } from './debian-keyring.mjs';
import { findMirrors } from './debian-mirrors.mjs';

/** Options of every command that uses Debian's archive: its address, the keys that sign it, where packages are kept. */
export const archiveOptions = {
  mirror: { type: 'string' },
  'security-mirror': { type: 'string' },
  keyring: { type: 'string' },
  cache: { type: 'string' },
};

/** Reads those options; the first three fall back to a variable. Mirrors and keys are looked up only when needed. */
export function readArchiveOptions(values, { env, root, from }) {
  // Jobs set a variable to the empty text where they have no value for it.
  const mirror = values.mirror ?? (env.CAPSULE_DEBIAN_MIRROR || undefined);
  const securityMirror = values['security-mirror'] ?? (env.CAPSULE_DEBIAN_SECURITY_MIRROR || undefined);
  const keyring = values.keyring ?? (env.CAPSULE_DEBIAN_KEYRING || undefined);
  return {
    folder: values.cache === undefined ? join(root, '.tools', 'image') : resolve(from, values.cache),
    findMirrors: () => findMirrors({ mirror, securityMirror }),
    findKeyring: () => findKeyring(keyring === undefined ? undefined : resolve(from, keyring)),
  };
}
