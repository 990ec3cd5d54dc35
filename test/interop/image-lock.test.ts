import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BuiltImage } from './support/built-image.ts';
import { DebianArchive, fileText, ownArchitecture } from './support/debian-archive.ts';
import { workspace } from './support/make-repository.ts';
import { type Ended, runProgram, runToSuccess } from './support/run-program.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

const locked = '2.41-12+deb13u4';
const newer = '2.41-12+deb13u5';

const buildTimeoutMs = 300_000; // an image is bundled and compressed within half a minute on a machine that does nothing else

let folder: TemporaryFolder;
let archive: DebianArchive;
let count = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  archive = await DebianArchive.open();
  // What the machine says of proxies counts: on loopback there is none.
  write('apt.conf', 'Acquire::http::Proxy::127.0.0.1 "DIRECT";\n');
});

afterAll(async () => {
  await archive[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Runs a script of the workspace, by default with packages kept from no run before. */
function run(script: string, args: readonly string[], { cache = `cache-${(count += 1)}`, aptConfig = 'apt.conf' } = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, APT_CONFIG: join(folder.path, aptConfig) };
  const all = ['--conditions=source', join(workspace, script), '--cache', join(folder.path, cache), ...args];
  return runProgram(process.execPath, all, { cwd: folder.path, env });
}

function fromArchive(): readonly string[] {
  return ['--mirror', archive.mirror, '--keyring', archive.keyring];
}

function build(output: string, args: readonly string[] = fromArchive(), options: { readonly cache?: string } = {}): Promise<Ended> {
  return run('scripts/build-image.mjs', ['--output', `oci:${output}`, '--lock', join(folder.path, 'lock.json'), ...args], options);
}

function renew(args: readonly string[] = fromArchive(), options: { readonly aptConfig?: string } = {}): Promise<Ended> {
  return run('scripts/lock-image.mjs', ['--output', join(folder.path, 'renewed.json'), ...args], options);
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(folder.path, name), 'utf8'));
}

/** The lock names what the archive served on the day that it was renewed. */
function publishLocked(): void {
  write('lock.json', JSON.stringify(archive.publish({ libc: locked })));
}

describe('a locked package that is served', () => {
  test('is taken as it is locked, without a warning, and from then on without asking the archive', async () => {
    publishLocked();
    const first = await build('served', [...fromArchive(), '--locked'], { cache: 'kept' });
    expect(first, first.stderr).toMatchObject({ status: 0, stderr: expect.not.stringContaining('warning') });
    expect(first.stderr).toContain(`took libc6 ${locked} of Debian`);

    archive.publish({ libc: newer });
    const asked = archive.requests;
    const again = await build('served-again', [...fromArchive(), '--locked'], { cache: 'kept' });
    expect(again, again.stderr).toMatchObject({ status: 0, stderr: first.stderr });
    expect(archive.requests).toBe(asked);
    expect((JSON.parse(again.stdout) as BuiltImage).digest).toBe((JSON.parse(first.stdout) as BuiltImage).digest);
  }, buildTimeoutMs);
});

describe('a locked version that the archive has dropped', () => {
  beforeEach(() => {
    publishLocked();
    archive.publish({ libc: newer });
  });

  test('is replaced by the one that is served: the build says so, and the SBOM and the provenance name what was taken', async () => {
    const served = archive.publish({ libc: newer })[ownArchitecture]?.['libc6'];
    const { status, stdout, stderr } = await build('taken', [...fromArchive(), '--documents', 'documents']);

    expect(status, stderr).toBe(0);
    const warnings = stderr.split('\n').filter((line) => line.startsWith('warning'));
    expect(warnings).toEqual([`warning: libc6: Debian no longer serves the locked version ${locked}; the image takes ${newer}. "npm run image:lock" renews the lock.`]);
    expect((JSON.parse(stdout) as BuiltImage).packages).toContainEqual({ name: 'libc6', ...served });
    const sbom = readJson('documents/sbom.spdx.json') as Sbom;
    const source = `built from Debian's source package glibc ${newer}`;
    const checksums = [{ algorithm: 'SHA256', checksumValue: served?.sha256 }];
    expect(sbom.packages).toContainEqual(expect.objectContaining({ name: 'libc6', versionInfo: newer, sourceInfo: source, checksums }));
    const library = sbom.files.find(({ fileName }) => fileName.endsWith('/libc.so.6'));
    const hash = createHash('sha256').update(fileText(library?.fileName.slice('./'.length) ?? '', newer)).digest('hex');
    expect(library?.checksums).toContainEqual({ algorithm: 'SHA256', checksumValue: hash });
    const provenance = readFileSync(join(folder.path, 'documents/provenance.json'), 'utf8');
    expect(provenance).toContain(`pkg:deb/debian/libc6@${encodeURIComponent(newer)}?distro=debian-13`);
    expect(provenance + JSON.stringify(sbom)).not.toContain(locked);
  }, buildTimeoutMs);

  test('stops a build that insists on the lock, which says how to renew it, and makes no image', async () => {
    const { status, stdout, stderr } = await build('insisting', [...fromArchive(), '--locked']);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `error: libc6: Debian no longer serves the locked version ${locked}, but ${newer}. With --locked, nothing else is taken. ` +
        'Renew the lock with "npm run image:lock", commit it, and build again.\n',
    );
    const index = join(folder.path, 'insisting/index.json');
    expect(existsSync(index) ? (readJson('insisting/index.json') as { manifests: unknown }).manifests : []).toEqual([]);
  });

  test('is replaced in the lock by the one command that renews it, for each architecture', async () => {
    const served = archive.publish({ libc: newer });
    const renewed = await renew();
    expect(renewed, renewed.stderr).toMatchObject({ status: 0 });
    expect(readJson('renewed.json')).toEqual(served);

    expect((await renew()).stdout).toContain('is what Debian serves');
  });
});

describe('an index is refused', () => {
  beforeEach(publishLocked);

  test.each([
    ['signed by somebody else', { signer: 'stranger' }, /(NO_PUBKEY|Missing key) [^]*debian-archive-keyring may be too old/],
    ['not signed', { signer: 'nobody' }, /is not signed/],
    ['changed after it was signed', { isTampered: true }, /BADSIG|invalid|manipulated/],
    ["another suite's, though signed", { codename: 'bookworm' }, /It holds another suite: trixie is bookworm/],
  ] as const)('that is %s', async (_what, publication, says) => {
    archive.publish({ libc: newer, ...publication });

    const { status, stdout, stderr } = await build('refused');

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: Debian's index could not be fetched from http:.* and verified by .*archive\.gpg\.\n/);
  });

  test('that is not signed, also where the machine lets apt take such ones', async () => {
    write('careless.conf', 'Acquire::AllowInsecureRepositories "true";\nAPT::Get::AllowUnauthenticated "true";\nAcquire::http::Proxy "DIRECT";\n');
    archive.publish({ libc: newer, signer: 'nobody' });
    expect(await renew(fromArchive(), { aptConfig: 'careless.conf' })).toMatchObject({ status: 1, stderr: expect.stringContaining('is not signed') });
  });

  test('once it was accepted, where it comes unsigned the next time: what is left of it does not count', async () => {
    archive.publish({ libc: newer });
    expect(await build('first', [...fromArchive(), '--locked'], { cache: 'twice' })).toMatchObject({ status: 1 });
    archive.publish({ libc: newer, signer: 'nobody' });
    const { status, stderr } = await build('second', fromArchive(), { cache: 'twice' });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('could not be fetched') });
  });
});

describe('a package is not found', () => {
  test('that the archive does not have: no version of it is taken', async () => {
    archive.publish({ libc: newer, without: 'libstdc++6' });
    const says = /^error: Debian's trixie has no package libstdc\+\+6 for \w+\.$/m;
    expect(await renew()).toMatchObject({ status: 1, stderr: expect.stringMatching(says) });
  });

  test('because apt-cache cannot read the index: it is not said that the archive has no such package', async () => {
    archive.publish({ libc: newer });
    const tooSmall = ['Limit "100"', 'Start "50"', 'Grow "0"'].map((setting) => `binary::apt-cache::APT::Cache-${setting};\n`);
    write('small-cache.conf', ['Acquire::http::Proxy::127.0.0.1 "DIRECT";\n', ...tooSmall].join(''));
    const { status, stderr } = await renew(fromArchive(), { aptConfig: 'small-cache.conf' });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/^error: apt-cache could not read Debian's index\.\nE: /) });
    expect(stderr).not.toContain('has no package');
  });
});

describe('a package is refused', () => {
  test('that is not what the signed index says', async () => {
    publishLocked();
    archive.publish({ libc: newer, hasOtherBytes: true });
    expect(await build('other-bytes')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^error: Debian's libc6 \S+ could not be fetched\.\nE: .*Hash Sum mismatch/m) });
  });

  test('that has the locked version, and another digest than the locked one', async () => {
    const published = archive.publish({ libc: locked });
    lockInstead(published, { version: locked, sha256: 'a'.repeat(64) });
    const { status, stderr } = await build('other-digest');
    const served = published[ownArchitecture]?.['libc6']?.sha256;
    expect({ status, stderr }).toEqual({ status: 1, stderr: `error: Debian serves libc6 ${locked} with the SHA-256 ${served}, not with the locked ${'a'.repeat(64)}.\n` });
  });

  test('that has the locked digest, and another version than the locked one', async () => {
    publishLocked();
    expect(await build('keeping', fromArchive(), { cache: 'mixed' })).toMatchObject({ status: 0 });
    const published = archive.publish({ libc: locked });
    const sha256 = published[ownArchitecture]?.['libc6']?.sha256;
    lockInstead(published, { version: newer, sha256 });
    const { status, stderr } = await build('other-version', fromArchive(), { cache: 'mixed' });
    const says = `error: The package with the SHA-256 ${sha256} is libc6 ${locked} ${ownArchitecture}, not libc6 ${newer} ${ownArchitecture}.\n`;
    expect({ status, stderr }).toEqual({ status: 1, stderr: says });
  }, buildTimeoutMs);

  test.each([
    ['no version', { sha256: 'a'.repeat(64) }],
    ['a version that is an option', { version: '-o', sha256: 'a'.repeat(64) }],
    ['a digest that leads elsewhere', { version: locked, sha256: '../../x' }],
    ['nothing', undefined],
  ])('that the lock says %s of', async (_what, entry) => {
    lockInstead({}, entry);
    expect(await build('bad-lock')).toMatchObject({ status: 1, stderr: expect.stringMatching(/lock\.json: \w+: libc6 must have a version and a SHA-256\. "npm run image:lock"/) });
  });
});

describe('the archive is found', () => {
  const sources = {
    'one-line': (mirror: string) => `deb ${mirror} bookworm main\ndeb ${mirror}-security/ bookworm-security main\n`,
    deb822: (mirror: string) => `Types: deb\nURIs: ${mirror}\nSuites: bookworm\nComponents: main\n\nTypes: deb\nURIs: ${mirror}-security\nSuites: bookworm-security\nComponents: main\n`,
  };

  /** Settings of a machine of Debian 12 that has these sources beside one of another vendor. */
  function machine(kind: keyof typeof sources, text: string): string {
    const parts = join(folder.path, `machine-${kind}`);
    const other = 'deb http://127.0.0.1:1/debian/prod bookworm main\n';
    write(`machine-${kind}/a.list`, other);
    write(`machine-${kind}/debian.${kind === 'deb822' ? 'sources' : 'list'}`, text);
    for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(parts, name), { recursive: true });
    const settings = {
      'Dir::Etc::SourceList': '/dev/null',
      'Dir::Etc::SourceParts': parts,
      'Dir::State::Lists': join(parts, 'lists'),
      'Acquire::http::Proxy::127.0.0.1': 'DIRECT',
    };
    write(`machine-${kind}.conf`, Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`).join(''));
    return `machine-${kind}.conf`;
  }

  test.each(['one-line', 'deb822'] as const)("where the machine's apt finds another release of Debian, in %s sources", async (kind) => {
    const served = archive.publish({ libc: newer });
    const aptConfig = machine(kind, sources[kind](archive.mirror));
    const renewed = await renew(['--keyring', archive.keyring], { aptConfig });
    expect(renewed, renewed.stderr).toMatchObject({ status: 0 });
    expect(readJson('renewed.json')).toEqual(served);
  });

  test("where the machine's apt has found it before, whatever its address", async () => {
    const served = archive.publish({ libc: newer });
    const signed = sources['one-line'](archive.plainMirror).replaceAll('deb ', `deb [signed-by=${archive.keyring}] `);
    const aptConfig = machine('one-line', signed);
    write('machine-one-line/a.list', '');
    expect(await renew(['--keyring', archive.keyring], { aptConfig })).toMatchObject({ status: 1, stderr: expect.stringContaining('no archive of Debian') });

    const env = { PATH: process.env['PATH'] ?? '', APT_CONFIG: join(folder.path, aptConfig) };
    await runToSuccess('apt-get', ['update', '-q'], { cwd: folder.path, env });
    const renewed = await renew(['--keyring', archive.keyring], { aptConfig });
    expect(renewed, renewed.stderr).toMatchObject({ status: 0 });
    expect(readJson('renewed.json')).toEqual(served);
  });

  test('nowhere on a machine without Debian, which says how to name it', async () => {
    const aptConfig = machine('deb822', 'Types: deb\nURIs: http://127.0.0.1:1/ubuntu\nSuites: noble\nComponents: main\n');
    write('machine-deb822/a.list', '');
    expect(await renew([], { aptConfig })).toMatchObject({
      status: 1,
      stderr: "error: The machine's apt has no archive of Debian among its sources. Name one: --mirror URL, or CAPSULE_DEBIAN_MIRROR.\n",
    });
  });

  test('at a mirror whose security archive is to be named, where it does not lie beside', async () => {
    expect(await renew(['--mirror', 'http://127.0.0.1:1/files'])).toMatchObject({ status: 1, stderr: expect.stringContaining('--security-mirror URL') });
  });

  test.each([['no address'], ['http://127.0.0.1:1/debian trusted=yes'], ['http://127.0.0.1:1/[x]']])('not at %s', async (mirror) => {
    expect(await renew(['--mirror', mirror])).toMatchObject({ status: 1, stderr: expect.stringContaining('--mirror must be an address that apt can read') });
  });

  test('without telling the password that an address holds', async () => {
    const mirror = archive.mirror.replace('//', '//somebody:hunter2@');
    archive.publish({ libc: newer, signer: 'nobody' });
    const { status, stdout, stderr } = await renew(['--mirror', mirror, '--keyring', archive.keyring]);
    expect(status).toBe(1);
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

describe('the keys of the archive', () => {
  test('are asked for where they are not installed', async () => {
    const script = 'mount -t tmpfs tmpfs /usr/share/keyrings && exec "$0" "$@"';
    const command = [process.execPath, join(workspace, 'scripts/lock-image.mjs'), '--mirror', archive.mirror, '--output', '/nonexistent/lock.json'];
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const [file = '', ...args] = [...asRoot, 'unshare', '--mount', 'sh', '-c', script, ...command];
    const { status, stderr } = await runProgram(file, args, { cwd: folder.path, env: { PATH: process.env['PATH'] ?? '' } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: The keys of Debian's archive are not installed: [^\n]* as root: apt-get install debian-archive-keyring\n$/);
  });

  test.each([
    ['that are not there', 'missing.gpg', /^error: The keyring \S+missing\.gpg cannot be read\.\n$/],
    ['in a path that apt cannot read', 'white space.gpg', /^error: apt cannot read the keyring .*white space\.gpg: its path has white space/],
  ])('are not taken from a file %s', async (_what, name, says) => {
    write('white space.gpg', '');
    expect(await renew(['--mirror', archive.mirror, '--keyring', name])).toMatchObject({ status: 1, stderr: expect.stringMatching(says) });
  });
});

interface Sbom {
  readonly packages: readonly { readonly name: string }[];
  readonly files: readonly { readonly fileName: string; readonly checksums: readonly unknown[] }[];
}

/** Writes a lock that says something else of libc6. */
function lockInstead(published: Readonly<Record<string, object>>, entry: object | undefined): void {
  write('lock.json', JSON.stringify({ [ownArchitecture]: { ...published[ownArchitecture], libc6: entry } }));
}
