import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../interop/run-command.mjs';
import { ArchiveError } from './archive-error.mjs';
import { readCommand, withoutCredentials } from './read-command.mjs';

/** Debian 13, and its security updates. */
const suites = { debian: 'trixie', security: 'trixie-security' };

/**
 * Debian's index for one architecture. It counts only if the archive's keys have signed it. An apt with its own sources,
 * lists and caches reads it; proxies, passwords and certificates come from the machine's settings.
 */
export class DebianIndex {
  #architecture;
  #mirrors;
  #keyring;
  #folder;
  #options;

  constructor({ folder, architecture, mirrors, keyring }) {
    this.#architecture = architecture;
    this.#mirrors = mirrors;
    this.#keyring = keyring;
    const key = createHash('sha256').update(this.#sources()).digest('hex').slice(0, 16);
    this.#folder = join(folder, architecture, key);
    this.#options = aptOptions(this.#folder, architecture);
  }

  /** Fetches the index. Fails if an archive cannot be reached, is not signed by the keyring, or holds another suite. */
  async update() {
    const partial = ['lists', 'cache/archives'].map((name) => join(this.#folder, name, 'partial'));
    for (const path of partial) await mkdir(path, { recursive: true });
    // A mirror's address may hold a password.
    await writeFile(join(this.#folder, 'sources.list'), this.#sources(), { mode: 0o600 });
    await this.#apt('apt-get', ['update', '-q', '--error-on=any']).catch((error) => this.#refuse(error.message));
    const codenames = await readCommand('apt-get', ['indextargets', ...this.#options, '--format', '$(RELEASE) is $(CODENAME)']);
    const expected = Object.values(suites).map((suite) => `${suite} is ${suite}`);
    const others = codenames.split('\n').filter((line) => line !== '' && !expected.includes(line));
    if (others.length > 0 || codenames === '') this.#refuse(`It holds another suite: ${others.join(', ')}.`);
  }

  /** Returns the versions of a package that are served, with the SHA-256 of each; first the one that apt would install. */
  async served(name) {
    const show = (...args) => readCommand('apt-cache', ['show', ...this.#options, ...args, name]).catch(emptyIfUnknown);
    const [[candidate], all] = [parseVersions(await show('--no-all-versions')), parseVersions(await show())];
    const found = [candidate, ...all].filter((each) => each?.name === name && each.architecture === this.#architecture);
    if (found.length === 0) throw new ArchiveError(`Debian's ${suites.debian} has no package ${name} for ${this.#architecture}.`);
    return found;
  }

  /** Downloads one version of a package, and returns the path of what was downloaded. */
  async download({ name, version }) {
    const target = join(this.#folder, 'downloads', name);
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await this.#apt('apt-get', ['download', '-q', `${name}=${version}`], target).catch((error) => {
      throw new ArchiveError(`Debian's ${name} ${version} could not be fetched.\n${wordsOf(error.message)}`);
    });
    return join(target, (await readdir(target)).find((entry) => entry.endsWith('.deb')));
  }

  #sources() {
    const options = `arch=${this.#architecture} signed-by=${this.#keyring} target=Packages lang=none`;
    return Object.entries(suites)
      .map(([archive, suite]) => `deb [${options}] ${this.#mirrors[archive]} ${suite} main\n`)
      .join('');
  }

  #apt(command, args, cwd = this.#folder) {
    const [verb, ...rest] = args;
    return runCommand(command, [verb, ...this.#options, ...rest], { cwd, env: { ...process.env, LC_ALL: 'C' }, quiet: true });
  }

  #refuse(reason) {
    const where = [...new Set(Object.values(this.#mirrors))].map(withoutCredentials).join(' and ');
    const words = wordsOf(reason);
    const what = `Debian's index could not be fetched from ${where} and verified by ${this.#keyring}.`;
    throw new ArchiveError(`${what}\n${words}${adviceOn(words)}`);
  }
}

/** apt-cache ends with 100 if there is no such package, and if anything else has gone wrong: only its message tells which. */
function emptyIfUnknown({ stderr = '', message }) {
  const errors = stderr.split('\n').filter((line) => line.startsWith('E: '));
  if (errors.length === 1 && errors[0] === 'E: No packages found') return '';
  throw new ArchiveError(`apt-cache could not read Debian's index.\n${withoutCredentials(stderr === '' ? message : stderr).trimEnd()}`);
}

/** What apt printed, without its long command line. */
function wordsOf(message) {
  const lines = withoutCredentials(message).split('\n');
  return lines.filter((line) => !line.startsWith('apt-get ')).join('\n');
}

function adviceOn(words) {
  // apt uses gpgv, and from Debian 13 on sqv; each has its own wording.
  const isKeyMissing = /NO_PUBKEY|Missing key/.test(words);
  return isKeyMissing ? '\nThe package debian-archive-keyring may be too old: update it with apt. Do not turn the verification off.' : '';
}

/** Overrides settings of the machine that would choose other packages, or accept an unsigned index. */
function aptOptions(folder, architecture) {
  const settings = {
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Default-Release': '',
    'APT::Sandbox::User': '',
    'APT::Get::AllowUnauthenticated': 'false',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Source: Debian Policy, control files: stanzas of fields, with an empty line between two. */
function parseVersions(text) {
  const fieldsOf = (stanza) => Object.fromEntries([...stanza.matchAll(/^([\w-]+): (.*)$/gm)].map(([, ...field]) => field));
  const stanzas = text.split(/\n{2,}/).map(fieldsOf);
  const packages = stanzas.map(({ Package: name, Version: version, Architecture: architecture, SHA256: sha256 }) => {
    return { name, version, architecture, sha256 };
  });
  return packages.filter(({ version, sha256 }) => version !== undefined && /^[0-9a-f]{64}$/.test(sha256 ?? ''));
}
