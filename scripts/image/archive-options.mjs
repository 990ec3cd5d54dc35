import { join, resolve } from 'node:path';
import { findKeyring } from './debian-keyring.mjs';
import { findMirrors } from './debian-mirrors.mjs';

/** Options of every command that asks Debian's archive: where it is, whose signature counts, where packages are kept. */
export const archiveOptions = {
  mirror: { type: 'string' },
  'security-mirror': { type: 'string' },
  keyring: { type: 'string' },
  cache: { type: 'string' },
};

/** Reads those options; the first three have a variable as default. Nothing is looked for before it is needed. */
export function readArchiveOptions(values, { env, root, from }) {
  // A variable that a job sets to nothing is not set.
  const mirror = values.mirror ?? (env.CAPSULE_DEBIAN_MIRROR || undefined);
  const securityMirror = values['security-mirror'] ?? (env.CAPSULE_DEBIAN_SECURITY_MIRROR || undefined);
  const keyring = values.keyring ?? (env.CAPSULE_DEBIAN_KEYRING || undefined);
  return {
    folder: values.cache === undefined ? join(root, '.tools', 'image') : resolve(from, values.cache),
    findMirrors: () => findMirrors({ mirror, securityMirror }),
    findKeyring: () => findKeyring(keyring === undefined ? undefined : resolve(from, keyring)),
  };
}
