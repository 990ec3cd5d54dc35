import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { toolPath } from '../tools.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import { workspace } from './make-repository.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

/** Debian's architectures, and the folder and the loader of each. */
const architectures = {
  amd64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
} as const;

/** gpg looks for its agent where it would be installed: one that was unpacked beside is to be named. */
const unpackedAgent = join(workspace, '.tools/debian/gpg/usr/bin/gpg-agent');

type Architecture = keyof typeof architectures;

/** The architecture of this machine, as Debian calls it. */
export const ownArchitecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** The packages of the image, with the files that it takes of each. */
const contents: Readonly<Record<string, readonly string[]>> = {
  libc6: ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'],
  'libgcc-s1': ['libgcc_s.so.1'],
  'libstdc++6': ['libstdc++.so.6'],
  'gcc-14-base': [],
};

/** What an archive holds, and how it is signed. */
export interface Publication {
  /** The version of libc6; the other packages stay as they are. */
  readonly libc: string;
  /** Whose key signs it: the archive's own, another one, or none at all. */
  readonly signer?: 'archive' | 'stranger' | 'nobody';
  /** Changes the index after it was signed. */
  readonly isTampered?: boolean;
  /** What the index says that it is, where that is not the suite it lies in. */
  readonly codename?: string;
  /** Puts other packages of the same size where the index names these. */
  readonly hasOtherBytes?: boolean;
  /** A package that it does not have. */
  readonly without?: string;
}

/** A package as a lock names it. */
export interface LockedPackage {
  readonly version: string;
  readonly sha256: string;
}

/**
 * An archive of Debian packages on loopback, with indexes that gpg has signed; its packages hold no program. It serves what
 * was published last, and nothing of what that replaced. Source: Debian's repository format.
 */
export class DebianArchive implements AsyncDisposable {
  /** How many requests have come so far. */
  requests = 0;
  readonly #folder: TemporaryFolder;
  readonly #gpgHome: string;
  #server: LoopbackServer | undefined;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
    // The socket of gpg's agent lies in it: a longer path would not do.
    this.#gpgHome = mkdtempSync(join(folder.path, 'g-'));
  }

  static async open(): Promise<DebianArchive> {
    const archive = new DebianArchive(temporaryFolder());
    for (const name of ['archive', 'stranger']) archive.#gpg('--quick-generate-key', name, 'ed25519', 'sign', 'never');
    writeFileSync(archive.keyring, archive.#gpg('--export', 'archive'));
    archive.#server = await listenOnLoopback(createServer(({ url = '' }, response) => {
      archive.requests += 1;
      const path = join(archive.#served, normalize(`/${decodeURIComponent(url)}`).replace('/elsewhere', '/debian'));
      const body = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : undefined;
      response.writeHead(body === undefined ? 404 : 200).end(body);
    }));
    return archive;
  }

  /** Where Debian is at this archive. */
  get mirror(): string {
    return `http://${this.#server?.host}/debian`;
  }

  /** Where it is too, at an address that does not say that it is Debian's. */
  get plainMirror(): string {
    return this.mirror.replace('/debian', '/elsewhere');
  }

  /** The public key that the archive signs with. */
  get keyring(): string {
    return join(this.#folder.path, 'archive.gpg');
  }

  get #served(): string {
    return join(this.#folder.path, 'served');
  }

  /** Replaces all that is served. Returns the packages of each architecture, as a lock names them. */
  publish(publication: Publication): Readonly<Record<string, Readonly<Record<string, LockedPackage>>>> {
    rmSync(this.#served, { recursive: true, force: true });
    // A machine of another release has other suites than the image among its sources.
    for (const suite of ['trixie', 'bookworm']) {
      this.#writeIndex('debian', suite, 'Debian', publication);
      this.#writeIndex('debian-security', `${suite}-security`, 'Debian-Security', publication);
    }
    return Object.fromEntries(Object.keys(architectures).map((architecture) => [architecture, this.#listed(architecture)]));
  }

  #writeIndex(archive: string, suite: string, label: string, publication: Publication): void {
    const folder = join(this.#served, archive, 'dists', suite);
    const sums = Object.keys(architectures).map((architecture) => {
      const path = `main/binary-${architecture}/Packages`;
      const text = this.#fillPool(archive, architecture as Architecture, publication);
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
      return ` ${sha256Of(text)} ${Buffer.byteLength(text)} ${path}`;
    });
    const fields = {
      Origin: 'Debian',
      Label: label,
      Suite: 'stable',
      Codename: publication.codename ?? suite,
      Date: new Date().toUTCString().replace('GMT', 'UTC'),
      Architectures: Object.keys(architectures).join(' '),
      Components: 'main',
    };
    this.#sign(folder, [formatFields(fields), 'SHA256:', ...sums, ''].join('\n'), publication);
  }

  #sign(folder: string, release: string, { signer = 'archive', isTampered = false }: Publication): void {
    writeFileSync(join(folder, 'Release'), release);
    if (signer === 'nobody') return;
    this.#gpg('--local-user', signer, '--output', join(folder, 'InRelease'), '--clearsign', join(folder, 'Release'));
    if (!isTampered) return;
    const signed = readFileSync(join(folder, 'InRelease'), 'utf8');
    writeFileSync(join(folder, 'InRelease'), signed.replace('Suite: stable', 'Suite: stabler'));
  }

  #fillPool(archive: string, architecture: Architecture, { libc, hasOtherBytes = false, without }: Publication): string {
    const stanzas = Object.keys(contents).filter((name) => name !== without).map((name) => {
      const version = name === 'libc6' ? libc : '14.2.0-19';
      const built = this.#buildPackage(name, version, architecture);
      const path = `pool/${name}_${version}_${architecture}.deb`;
      const bytes = readFileSync(built);
      mkdirSync(join(this.#served, archive, 'pool'), { recursive: true });
      writeFileSync(join(this.#served, archive, path), hasOtherBytes ? Buffer.alloc(bytes.length, 'x') : bytes);
      return `${controlOf(name, version, architecture)}Filename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256Of(bytes)}\n`;
    });
    return stanzas.join('\n');
  }

  /** The same version is the same package, byte for byte. */
  #buildPackage(name: string, version: string, architecture: Architecture): string {
    const root = join(this.#folder.path, 'built', `${name}_${version}_${architecture}`);
    const built = `${root}.deb`;
    if (existsSync(built)) return built;
    const { triplet, loader } = architectures[architecture];
    const libraries = [...(contents[name] ?? []), ...(name === 'libc6' ? [loader] : [])];
    for (const path of [...libraries.map((library) => `usr/lib/${triplet}/${library}`), `usr/share/doc/${name}/copyright`]) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), fileText(path, version));
    }
    mkdirSync(join(root, 'DEBIAN'), { mode: 0o755 });
    writeFileSync(join(root, 'DEBIAN/control'), controlOf(name, version, architecture));
    const env = { ...process.env, SOURCE_DATE_EPOCH: '0' };
    execFileSync('dpkg-deb', ['--build', '--root-owner-group', root, built], { env, stdio: 'pipe' });
    return built;
  }

  #listed(architecture: string): Readonly<Record<string, LockedPackage>> {
    const index = readFileSync(join(this.#served, `debian/dists/trixie/main/binary-${architecture}/Packages`), 'utf8');
    const fields = [...index.matchAll(/^Package: (.*)\n[^]*?^Version: (.*)\n[^]*?^SHA256: (.*)$/gm)];
    return Object.fromEntries(fields.map(([, name = '', version = '', sha256 = '']) => [name, { version, sha256 }]));
  }

  #gpg(...args: readonly string[]): Buffer {
    const options = ['--homedir', this.#gpgHome, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
    const agent = existsSync(unpackedAgent) ? ['--agent-program', unpackedAgent] : [];
    return execFileSync(toolPath('gpg'), [...options, ...agent, ...args], { stdio: 'pipe' });
  }

  /** Stops serving. gpg's agent ends by itself once its folder is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** What a file of a package holds. */
export function fileText(path: string, version: string): string {
  return `${path} of ${version}\n`;
}

function controlOf(name: string, version: string, architecture: string): string {
  const source = name === 'libc6' ? 'glibc' : 'gcc-14';
  const maintainer = 'A Test <test@example.com>';
  const fields = { Package: name, Source: source, Version: version, Architecture: architecture, Maintainer: maintainer };
  return `${formatFields(fields)}\nDescription: nothing that runs\n`;
}

function formatFields(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields).map(([name, value]) => `${name}: ${value}`).join('\n');
}

function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
