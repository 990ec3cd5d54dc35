import { access } from 'node:fs/promises';
import { ArchiveError } from './archive-error.mjs';

/** Where the package debian-archive-keyring, of Debian and of Ubuntu, puts the keys of Debian's archive. */
const installed = ['gpg', 'pgp'].map((type) => `/usr/share/keyrings/debian-archive-keyring.${type}`);

/** Returns the path of the keys that must have signed an index of Debian: the given file, or the installed one. */
export async function findKeyring(given) {
  const candidates = given === undefined ? installed : [given];
  for (const path of candidates) if (await isReadable(path)) return assertUsable(path);
  throw new ArchiveError(given === undefined ? notInstalled() : `The keyring ${given} cannot be read.`);
}

function notInstalled() {
  return (
    `The keys of Debian's archive are not installed: neither ${installed.join(' nor ')} can be read. ` +
    'Install them, as root: apt-get install debian-archive-keyring'
  );
}

/** In apt's lists of sources, white space and brackets end an option, and a comma ends a path; nothing escapes them. */
function assertUsable(path) {
  if (/[\s,[\]]/.test(path)) throw new ArchiveError(`apt cannot read the keyring ${path}: its path has white space, a comma or a bracket.`);
  return path;
}

function isReadable(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
