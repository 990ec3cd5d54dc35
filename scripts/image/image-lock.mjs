import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from './archive-error.mjs';

/** A lock is two kilobytes. */
const maxLockBytes = 64 * 1024;

/** Where the lock lies in the repository. */
export function lockPath(root) {
  return join(root, 'scripts', 'image', 'image-lock.json');
}

/** Reads from a lock the version and SHA-256 of each package that is named, for one architecture. */
export async function readLock(path, { architecture, names }) {
  const locked = parseLock(await readFile(path, 'utf8'), path)[architecture] ?? {};
  return names.map((name) => ({ name, ...parseEntry(locked[name], `${path}: ${architecture}: ${name}`) }));
}

/** Writes a lock as text: a line a package, so that a renewal is read at a glance. */
export function formatLock(architectures) {
  const blocks = Object.entries(architectures).map(([architecture, packages]) => {
    const lines = packages.map(({ name, version, sha256 }) => `    ${JSON.stringify(name)}: ${JSON.stringify({ version, sha256 })}`);
    return `  ${JSON.stringify(architecture)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${blocks.join(',\n')}\n}\n`;
}

function parseLock(text, path) {
  if (text.length > maxLockBytes) throw new ArchiveError(`${path} has ${text.length} characters; a lock has ${maxLockBytes} at most.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArchiveError(`${path} is not JSON: ${cause.message}`, { cause });
  }
}

/** Both go into command lines and paths. Source of the version: Debian Policy 5.6.12. */
function parseEntry({ version, sha256 } = {}, where) {
  const isVersion = typeof version === 'string' && /^[0-9][\w.+~:-]*$/.test(version);
  const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  if (isVersion && isDigest) return { version, sha256 };
  throw new ArchiveError(`${where} must have a version and a SHA-256. "npm run image:lock" writes the lock.`);
}
