import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from './archive-error.mjs';
import { DebianIndex } from './debian-index.mjs';
import { readCommand } from './read-command.mjs';

/**
 * Gets Debian packages without installing any, and keeps them by their digest; a kept one is not downloaded again. Debian
 * removes versions that it has replaced: unless `locked`, the version that is served now is taken instead, with a warning.
 */
export class DebianArchive {
  #folder;
  #architecture;
  #findMirrors;
  #findKeyring;
  #locked;
  #warn;
  #index;

  constructor({ folder, architecture, findMirrors, findKeyring, locked = false, warn }) {
    this.#folder = folder;
    this.#architecture = architecture;
    this.#findMirrors = findMirrors;
    this.#findKeyring = findKeyring;
    this.#locked = locked;
    this.#warn = warn;
  }

  /** Gets the locked version of a package, else the one that is served. Returns its path, version, digest and source package. */
  async take(wanted) {
    const kept = await this.#kept(wanted);
    if (kept !== undefined) return describe(kept, wanted, this.#architecture);
    const index = await this.#openIndex();
    const chosen = this.#choose(wanted, await index.served(wanted.name));
    const path = (await this.#kept(chosen)) ?? (await this.#keep(await index.download(chosen), chosen));
    return describe(path, chosen, this.#architecture);
  }

  /** Returns the version that is served now, with its SHA-256, as the signed index says. */
  async newest(name) {
    const [{ version, sha256 }] = await (await this.#openIndex()).served(name);
    return { version, sha256 };
  }

  #openIndex() {
    this.#index ??= this.#readIndex();
    return this.#index;
  }

  async #readIndex() {
    const [mirrors, keyring] = [await this.#findMirrors(), await this.#findKeyring()];
    const index = new DebianIndex({ folder: join(this.#folder, 'apt'), architecture: this.#architecture, mirrors, keyring });
    await index.update();
    return index;
  }

  #choose({ name, version, sha256 }, served) {
    const same = served.find((each) => each.version === version);
    if (same !== undefined && same.sha256 !== sha256) {
      throw new ArchiveError(`Debian serves ${name} ${version} with the SHA-256 ${same.sha256}, not with the locked ${sha256}.`);
    }
    if (same !== undefined) return same;
    const [instead] = served;
    const what = `${name}: Debian no longer serves the locked version ${version}`;
    if (this.#locked) {
      const advice = 'Renew the lock with "npm run image:lock", commit it, and build again.';
      throw new ArchiveError(`${what}, but ${instead.version}. With --locked, nothing else is taken. ${advice}`);
    }
    this.#warn(`${what}; the image takes ${instead.version}. "npm run image:lock" renews the lock.`);
    return instead;
  }

  async #kept({ sha256 }) {
    const path = this.#pathOf(sha256);
    return (await sha256Of(path)) === sha256 ? path : undefined;
  }

  async #keep(found, { name, version, sha256 }) {
    const actual = await sha256Of(found);
    if (actual !== sha256) throw new ArchiveError(`${name} ${version} was fetched with the SHA-256 ${actual}; the index says ${sha256}.`);
    await mkdir(join(this.#folder, 'packages'), { recursive: true });
    await rename(found, this.#pathOf(sha256));
    return this.#pathOf(sha256);
  }

  #pathOf(sha256) {
    return join(this.#folder, 'packages', `${sha256}.deb`);
  }
}

/** Compares a package's own fields with the lock: one whose version and digest belong to two packages would make a false SBOM. */
async function describe(path, { name, version, sha256 }, architecture) {
  const text = await readCommand('dpkg-deb', ['-f', path, 'Package', 'Version', 'Architecture', 'Source']);
  const fields = Object.fromEntries(text.split('\n').map((line) => line.split(': ', 2)));
  const said = [fields.Package, fields.Version, fields.Architecture].join(' ');
  const expected = [name, version, architecture].join(' ');
  if (said !== expected) throw new ArchiveError(`The package with the SHA-256 ${sha256} is ${said}, not ${expected}.`);
  return { name, version, sha256, path, source: sourceOf(fields) };
}

/** Source: Debian Policy 5.6.1: the field is left out if it equals the package, and so is the version in it. */
function sourceOf({ Package, Version, Source = Package }) {
  const [, name, version = Version] = /^(\S+?)(?: \((\S+)\))?$/.exec(Source) ?? [];
  return { name, version };
}

async function sha256Of(path) {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
}
