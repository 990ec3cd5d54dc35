import { version } from '../../version.ts';
import type { InitFile } from '../init-file.ts';

/** The folder of what a CI job installs to sign with, from the root of the repository. */
export const programFolder = '.capsule';

/** What npm calls this program. */
export const programName = 'release-capsule';

/** Its lock file, from the root of the repository. */
export const programLockFile: string = `${programFolder}/package-lock.json`;

/** The hash of a tarball as npm writes it: SHA-512. Source: W3C "Subresource Integrity". */
export const integrityPattern: RegExp = /^sha512-[A-Za-z0-9+/]{86}==$/;

const packageName = 'capsule-job';
const dependencies = { [programName]: version };

/** Asks npm for exactly this version. */
export const programManifest: InitFile = asFile('package.json', {
  name: packageName,
  description: 'What the CI job that signs installs, with npm ci --ignore-scripts. capsule init writes it.',
  private: true,
  dependencies,
});

/**
 * Writes what `npm ci` needs beside the manifest: the hash decides which bytes are installed, whichever registry they come
 * from. No address of a registry is in it: npm asks the one that it is set up for.
 * Source: docs.npmjs.com, "package-lock.json", lockfileVersion 3.
 */
export function programLock(integrity: string): InitFile {
  const program = { version, integrity, license: 'Apache-2.0', bin: { capsule: 'dist/capsule.js' } };
  const packages = { '': { name: packageName, dependencies }, [`node_modules/${programName}`]: program };
  return asFile('package-lock.json', { name: packageName, lockfileVersion: 3, requires: true, packages });
}

function asFile(name: string, content: object): InitFile {
  return { path: `${programFolder}/${name}`, text: `${JSON.stringify(content, undefined, 2)}\n` };
}

/** Reads the hash from a lock file that this version wrote; nothing from any other. */
export function readIntegrity(lockText: string): string | undefined {
  const [, integrity = ''] = /"integrity": "([^"]{1,200})"/.exec(lockText) ?? [];
  if (!integrityPattern.test(integrity)) return undefined;
  return programLock(integrity).text === lockText ? integrity : undefined;
}
