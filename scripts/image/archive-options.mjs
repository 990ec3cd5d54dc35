import { findKeyring } from './debian-keyring.mjs';
import { findMirrors } from './debian-mirrors.mjs';

/** Where Debian is and whose signature counts: options of every command that asks its archive. */
export const archiveOptions = {
  mirror: { type: 'string' },
  'security-mirror': { type: 'string' },
  keyring: { type: 'string' },
};

/** Reads those options, of which each has a variable as its default. Nothing is looked for before it is needed. */
export function readArchiveOptions(values, env) {
  const mirror = values.mirror ?? env.CAPSULE_DEBIAN_MIRROR;
  const securityMirror = values['security-mirror'] ?? env.CAPSULE_DEBIAN_SECURITY_MIRROR;
  const keyring = values.keyring ?? env.CAPSULE_DEBIAN_KEYRING;
  return {
    findMirrors: () => findMirrors({ mirror, securityMirror }),
    findKeyring: () => findKeyring(keyring),
  };
}
