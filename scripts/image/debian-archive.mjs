import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../interop/run-command.mjs';

/** Where apt looks: Debian as it is, then as it was when the versions were pinned, for Debian drops what it replaces. */
const sources = ['http://deb.debian.org', 'http://snapshot.debian.org/archive'];
const snapshotTime = '20261121T000000Z';

const suites = [
  ['debian', 'trixie'],
  ['debian-security', 'trixie-security'],
];

/** Gets pinned Debian packages by apt, which no package is installed by, and keeps them by their digest. */
export class DebianArchive {
  #folder;
  #architecture;
  #updated = new Set();

  constructor({ folder, architecture }) {
    this.#folder = folder;
    this.#architecture = architecture;
  }

  /** Returns the path of a package's archive, whose SHA-256 is the pinned one. */
  async fetch({ name, version, sha256 }) {
    const kept = join(this.#folder, `${sha256}.deb`);
    if ((await sha256Of(kept)) === sha256) return kept;
    const failures = [];
    for (const source of sources) {
      const found = await this.#download(source, `${name}=${version}`).catch((error) => failures.push(error.message) && undefined);
      const actual = found === undefined ? undefined : await sha256Of(found);
      if (actual === sha256) return keep(found, kept);
      if (actual !== undefined) throw new Error(`${name} ${version} from ${source} has the SHA-256 ${actual}, not the pinned ${sha256}.`);
    }
    throw new Error(`Debian's ${name} ${version} could not be fetched.\n${failures.join('\n')}`);
  }

  async #download(source, wanted) {
    const folder = join(this.#folder, 'apt', this.#architecture, new URL(source).hostname);
    const options = await this.#options(folder, source);
    if (!this.#updated.has(source)) await runCommand('apt-get', ['update', '-q', '--error-on=any', ...options], { quiet: true });
    this.#updated.add(source);
    const target = join(folder, wanted.replaceAll(/[^a-zA-Z0-9.-]/g, '_'));
    await mkdir(target, { recursive: true });
    await runCommand('apt-get', ['download', '-q', ...options, wanted], { cwd: target, quiet: true });
    const archive = (await readdir(target)).find((name) => name.endsWith('.deb'));
    return join(target, archive);
  }

  /** An apt of its own: nothing of the machine's is read or changed. What it fetches counts by its digest alone. */
  async #options(folder, source) {
    await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
    await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
    const lines = suites.map(([archive, suite]) => {
      const dated = source.includes('snapshot') ? `${archive}/${snapshotTime}` : archive;
      return `deb [arch=${this.#architecture} trusted=yes check-valid-until=no] ${source}/${dated} ${suite} main\n`;
    });
    await writeFile(join(folder, 'sources.list'), lines.join(''));
    const settings = {
      'Dir::Etc::SourceList': join(folder, 'sources.list'),
      'Dir::Etc::SourceParts': '-',
      'Dir::State::Lists': join(folder, 'lists'),
      'Dir::State::Status': '/dev/null',
      'Dir::Cache': join(folder, 'cache'),
      'APT::Architecture': this.#architecture,
      'APT::Architectures': this.#architecture,
      'APT::Sandbox::User': '',
    };
    return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  }
}

async function keep(found, kept) {
  const temporary = `${kept}.${process.pid}`;
  await copyFile(found, temporary);
  await rename(temporary, kept);
  return kept;
}

async function sha256Of(path) {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
}
