import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLayout, parseManifest, readAll } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltImage, buildServiceImage, copySources, equipWorkspace, writeImageLock } from './support/built-image.ts';
import { type Mount, UnpackedImage } from './support/container.ts';
import { startDockerRegistry } from './support/docker-registry.ts';
import { workspace } from './support/make-repository.ts';
import { at, parseManifests } from './support/manifests.ts';
import type { TestRegistry } from './support/registry.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

const maxCompressedBytes = 56_000_000; // Node is 45 MB of them
const maxUnpackedBytes = 150_000_000;

let workbench: Workbench;
let layout: string;
let built: BuiltImage;
let image: UnpackedImage;

beforeAll(async () => {
  workbench = await Workbench.open();
  // The container's user is not ours: it must get to what is mounted.
  chmodSync(workbench.path, 0o755);
  layout = join(workbench.path, 'image');
  built = await buildServiceImage(`oci:${layout}`);
  await workbench.succeed(workbench.releaseArguments('oci:layout'));
  image = await UnpackedImage.unpack(layout, built.tag, join(workbench.path, 'unpacked'));
}, 300_000);

afterAll(async () => {
  await image[Symbol.asyncDispose]();
  workbench[Symbol.dispose]();
});

function mounted(name: string): Mount {
  return { source: join(workbench.path, name), destination: `/tmp/${name}` };
}

interface InspectedConfig {
  readonly architecture: string;
  readonly os: string;
  readonly config: Readonly<Record<string, unknown>>;
}

describe('the image, as skopeo sees it', () => {
  const inspect = async (...args: readonly string[]): Promise<unknown> => {
    return JSON.parse(await workbench.run(toolPath('skopeo'), 'inspect', ...args, `oci:${layout}:${built.tag}`));
  };

  test('has the digest that was printed, and says where it comes from', async () => {
    expect(await inspect()).toMatchObject({ Digest: built.digest, Os: 'linux' });
    expect(await inspect('--raw')).toMatchObject({
      annotations: {
        'org.opencontainers.image.source': 'https://github.com/release-capsule/release-capsule',
        'org.opencontainers.image.revision': built.revision,
        'org.opencontainers.image.created': built.created,
        'org.opencontainers.image.version': built.tag,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    });
  });

  test('runs as nobody in particular, and is stopped by SIGTERM', async () => {
    const { config, os } = (await inspect('--config')) as InspectedConfig;
    expect(os).toBe('linux');
    expect(config).toMatchObject({ User: '65532:65532', StopSignal: 'SIGTERM', ExposedPorts: { '8080/tcp': {} }, Entrypoint: ['/usr/bin/capsule'] });
  });

  test('is as small as Node lets it be', () => {
    expect(built.compressedBytes).toBeLessThan(maxCompressedBytes);
    expect(built.unpackedBytes).toBeLessThan(maxUnpackedBytes);
  });

  test('is copied to another layout by its digest', async () => {
    await workbench.run(toolPath('skopeo'), 'copy', '--preserve-digests', `oci:${layout}:${built.tag}`, `oci:copied:${built.tag}`);
    const copied = await openLayout(join(workbench.path, 'copied'), { create: false });
    expect((await copied.resolve(built.tag)).digest).toBe(built.digest);
  });
});

describe('the files in the image', () => {
  const all = (): readonly string[] => readdirSync(image.rootfs, { recursive: true, encoding: 'utf8' });

  test('belong to root, and nobody else may write any of them, nor gain rights by them', () => {
    const offences = all().filter((path) => {
      const { uid, gid, mode } = lstatSync(join(image.rootfs, path));
      return uid !== 0 || gid !== 0 || (mode & 0o7022) !== 0;
    });
    expect(all().length).toBeGreaterThan(40);
    // Where temporary files go: open to all, and sticky.
    expect(offences).toEqual(['tmp']);
    expect(lstatSync(join(image.rootfs, 'tmp')).mode & 0o7777).toBe(0o1777);
  });

  test('are plain files: no link leads anywhere', () => {
    expect(all().filter((path) => lstatSync(join(image.rootfs, path)).isSymbolicLink())).toEqual([]);
  });

  test('hold two programs, of which none is a shell', () => {
    const programs = all().filter((path) => {
      const stat = lstatSync(join(image.rootfs, path));
      return stat.isFile() && (stat.mode & 0o111) !== 0;
    });
    expect(programs.filter((path) => !/(^|\/)ld-linux-[^/]+$/.test(path)).sort()).toEqual(['usr/bin/capsule', 'usr/bin/node']);
  });

  test('have every library that any of them is linked against', () => {
    const binaries = all().filter((path) => /usr\/bin\/node$|\.so(\.\d+)*$/.test(path));
    const needed = binaries.flatMap((path) => neededLibraries(join(image.rootfs, path)));
    const names = new Set(all().map((path) => path.split('/').at(-1)));
    expect(needed.length).toBeGreaterThan(5);
    // The C library looks for these two by itself, where it is asked for names outside ASCII or by an old configuration.
    const optional = ['libidn2.so.0', 'libnss_files.so.2'];
    expect(needed.filter((name) => !names.has(name) && !optional.includes(name))).toEqual([]);
  });

  test('say under which licences they come', () => {
    const read = (path: string): string => readFileSync(join(image.rootfs, path), 'utf8');
    expect(read('usr/lib/capsule/THIRD-PARTY-LICENSES.txt')).toContain('@sigstore/verify');
    expect(read('usr/share/doc/node/copyright')).toContain('Node.js');
    expect(read('usr/share/doc/libc6/copyright')).toContain('GNU Lesser General Public License');
    expect(read('usr/share/doc/gcc-14-base/copyright')).toContain('GCC');
  });
});

describe('the image runs with a read-only root, no capability and no network', () => {
  test('as the user 65532, without any right', async () => {
    const script = "const s=require('fs').readFileSync('/proc/self/status','utf8');console.log(process.getuid(),process.getgid(),/CapEff:.*/.exec(s)[0],/NoNewPrivs:.*/.exec(s)[0])";
    const { stdout, stderr } = await image.run({ args: ['/usr/bin/node', '-e', script] });
    expect(stdout.replaceAll('\t', ' '), stderr).toBe('65532 65532 CapEff: 0000000000000000 NoNewPrivs: 1\n');
  });

  test('and accepts a capsule, and refuses one that nobody has signed', async () => {
    const mounts = ['layout', 'keys'].map(mounted);
    const verify = workbench.verifyArguments(`oci:layout:git-${workbench.commit}`);
    const accepted = await image.run({ args: ['/usr/bin/capsule', ...verify], mounts });
    expect(accepted, accepted.stderr).toMatchObject({ status: 0 });

    await workbench.run(toolPath('skopeo'), 'copy', `oci:layout:git-${workbench.commit}`, `oci:unsigned:git-${workbench.commit}`);
    const unsigned = { source: join(workbench.path, 'unsigned'), destination: '/tmp/layout' };
    expect(await image.run({ args: ['/usr/bin/capsule', ...verify], mounts: [...mounts.slice(1), unsigned] })).toMatchObject({ status: 1 });
  });

  test('and unpacks one into what is mounted to be written', async () => {
    const mounts = ['layout', 'keys'].map(mounted);
    const [, ...verify] = workbench.verifyArguments(`oci:layout:git-${workbench.commit}`);
    const unpacked = await image.run({ args: ['/usr/bin/capsule', 'unpack', ...verify, '--output', 'release'], mounts });
    expect(unpacked, unpacked.stderr).toMatchObject({ status: 0 });
  });

  test.each([
    ['start another program', "require('child_process').spawnSync('/usr/bin/node', ['--version'])"],
    ['start a thread', "new (require('worker_threads').Worker)('0', { eval: true })"],
    ['be debugged', "require('inspector').open(0)"],
  ])('and what runs in it cannot %s', async (_what, script) => {
    const { status, stderr } = await image.run({ args: ['/usr/bin/node', '-e', script] });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('ERR_ACCESS_DENIED') });
  });

  test.each([['/usr/bin/sh'], ['/bin/sh'], ['/bin/bash'], ['/busybox/sh'], ['/usr/bin/env'], ['/usr/bin/git']])('and has no %s', async (path) => {
    const { status, stderr } = await image.run({ args: [path, '-c', 'true'] });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/no such file or directory|not found/) });
  });

  test('and cannot write anywhere but where a volume is mounted', async () => {
    const script = "const fs=require('fs');for(const p of ['/x','/etc/x','/usr/bin/node','/tmp/x'])try{fs.writeFileSync(p,'');console.log(p)}catch(e){}";
    const { stdout } = await image.run({ args: ['/usr/bin/node', '-e', script] });
    expect(stdout).toBe('/tmp/x\n');
  });
});

describe('the service, run as the Deployment would have it run', () => {
  const [deployment] = parseManifests(readFileSync(join(workspace, 'deploy/kubernetes/base/deployment.yaml'), 'utf8'));
  const args = at(deployment, 'spec.template.spec.containers.0.args') as readonly string[];
  let registry: TestRegistry;
  let running: Awaited<ReturnType<UnpackedImage['start']>>;

  beforeAll(async () => {
    registry = await startDockerRegistry();
    const repository = `${registry.host}/hello-capsule`;
    await workbench.succeed(workbench.releaseArguments(repository));
    const capsule = { name: 'hello', repository, signers: [{ key: 'cosign.pub' }] };
    const policy = { apiVersion: 'release-capsule/v1', kind: 'Policy', capsule, allow: { hosts: [registry.host] } };
    for (const name of ['policies', 'token']) mkdirSync(join(workbench.path, name));
    writeFileSync(join(workbench.path, 'policies/policy.yaml'), JSON.stringify(policy));
    cpSync(join(workbench.path, 'keys/cosign.pub'), join(workbench.path, 'policies/cosign.pub'));
    writeFileSync(join(workbench.path, 'token/token'), 'a-token-of-this-test-alone\n');
    const mounts = ['policies', 'token'].map((name) => ({ source: join(workbench.path, name), destination: `/etc/capsule/${name}` }));
    // Another port than the Deployment's: several of these may run on one machine.
    const onLoopback = args.map((arg) => (arg.startsWith('--listen=') ? '--listen=127.0.0.1:0' : arg));
    const started = { args: ['/usr/bin/capsule', ...onLoopback], mounts, env: ['DOCKER_CONFIG=/etc/capsule/registries'], hasNetwork: true };
    running = await image.start(started, /"url":"(http:[^"]+)"/);
  });

  afterAll(async () => {
    await running.stop();
    await registry[Symbol.asyncDispose]();
  });

  function ask(path: string, token = 'a-token-of-this-test-alone'): Promise<Response> {
    const [name, digest] = workbench.image().split('@');
    const [repoURL, tag] = name?.split(/:(?=git-)/) ?? [];
    const body = JSON.stringify({ capsule: { repoURL: `${registry.host}/hello-capsule`, tag }, image: { repoURL, tag, digest } });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${running.match[1]}${path}`, path.includes('verify') ? { method: 'POST', headers, body } : {});
  }

  test.each([['/healthz'], ['/readyz'], ['/metrics'], ['/openapi.json']])('answers %s', async (path) => {
    expect((await ask(path)).status).toBe(200);
  });

  test('answers a verification, and nobody without the token', async () => {
    const answer = await ask('/v1/verify');
    expect(await answer.json()).toMatchObject({ ok: true, outcome: 'accepted', binding: 'digest' });
    expect((await ask('/v1/verify', 'another')).status).toBe(401);
  });

  test('ends with status 0 where it is told to', async () => {
    expect(await running.stop()).toBe(0);
  });
});

describe('what is attached to the image', () => {
  async function attached(type: string): Promise<Record<string, unknown>> {
    const store = await openLayout(layout, { create: false });
    const referrers = await Array.fromAsync(store.referrers(await store.resolve(built.tag), type));
    expect(referrers.map(({ artifactType }) => artifactType)).toEqual([type]);
    const [referrer] = referrers;
    if (referrer === undefined) throw new Error(`nothing of type ${type} is attached`);
    const [document] = parseManifest(await readAll(store, referrer, { maxBytes: 1_000_000 }), referrer.mediaType).layers;
    if (document === undefined) throw new Error('its manifest holds nothing');
    return JSON.parse(Buffer.from(await readAll(store, document, { maxBytes: 1_000_000 })).toString('utf8'));
  }

  test('is an SBOM that names Node, the libraries and every bundled package, with versions, licences and hashes', async () => {
    const { spdxVersion, packages } = (await attached('application/spdx+json')) as { spdxVersion: string; packages: readonly SbomPackage[] };
    expect(spdxVersion).toBe('SPDX-2.3');
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'libc6', 'libgcc-s1', 'libstdc++6', 'yaml', 'commander', '@sigstore/verify']));
    expect(packages.filter(({ versionInfo, licenseDeclared }) => versionInfo === '' || [undefined, 'NOASSERTION'].includes(licenseDeclared))).toEqual([]);
    const [self] = packages;
    expect(self?.checksums?.[0]?.checksumValue).toBe(built.digest.slice('sha256:'.length));
  });

  test('is an SBOM that lists the very files that the image unpacks to', async () => {
    const { files } = (await attached('application/spdx+json')) as { files: readonly SbomFile[] };
    const listed = files.map(({ fileName, checksums }) => [fileName, checksums.find(({ algorithm }) => algorithm === 'SHA256')?.checksumValue]);
    const found = readdirSync(image.rootfs, { recursive: true, encoding: 'utf8' }).filter((path) => lstatSync(join(image.rootfs, path)).isFile());
    const hashed = found.map((path) => [`./${path}`, createHash('sha256').update(readFileSync(join(image.rootfs, path))).digest('hex')]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(hashed));
  });

  test('names the very packages of Debian that the build says it took, in both', async () => {
    const { packages } = (await attached('application/spdx+json')) as { packages: readonly SbomPackage[] };
    const { predicate } = (await attached('application/vnd.in-toto+json')) as { predicate: { buildDefinition: { resolvedDependencies: readonly Resolved[] } } };
    const taken = built.packages.map(({ name, version, sha256 }) => ({ name, version, sha256 }));
    const listed = taken.map(({ name }) => packages.find((each) => each.name === name));
    expect(listed.map((each) => ({ name: each?.name, version: each?.versionInfo, sha256: each?.checksums?.[0]?.checksumValue }))).toEqual(taken);
    const resolved = predicate.buildDefinition.resolvedDependencies.filter(({ uri }) => uri?.startsWith('pkg:deb/'));
    const uri = (name: string, version: string): string => `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?distro=debian-13`;
    expect(resolved).toEqual(taken.map(({ name, version, sha256 }) => ({ uri: uri(name, version), digest: { sha256 } })));
  });

  test('is provenance of this image, at the commit, with what went in by digest', async () => {
    const statement = await attached('application/vnd.in-toto+json');
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ digest: { sha256: built.digest.slice('sha256:'.length) } }],
      predicate: { buildDefinition: { externalParameters: { source: { repository: 'https://github.com/release-capsule/release-capsule' } } } },
    });
  });
});

test('built elsewhere, in another zone, locale and umask, the image has the same digest', async () => {
  const elsewhere = join(workbench.path, 'else where');
  copySources(elsewhere);
  equipWorkspace(elsewhere);
  const env = { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', HOME: workbench.path };

  // Debian may replace a package between the two builds: the second one insists on what the first one took.
  const lock = join(workbench.path, 'taken.json');
  writeImageLock(lock, built.packages);
  const build = { root: elsewhere, env, umask: '077', flags: ['--locked', '--lock', lock] };

  const again = await buildServiceImage(`oci:${join(workbench.path, 'image-again')}`, build);

  expect(again).toMatchObject({ digest: built.digest, revision: built.revision, created: built.created });
  const index = (name: string): string => readFileSync(join(workbench.path, name, 'index.json'), 'utf8');
  expect(index('image-again')).toBe(index('image'));
}, 300_000);

interface SbomPackage {
  readonly name: string;
  readonly versionInfo: string;
  readonly licenseDeclared?: string;
  readonly checksums?: readonly { readonly checksumValue: string }[];
}

interface Resolved {
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
}

interface SbomFile {
  readonly fileName: string;
  readonly checksums: readonly { readonly algorithm: string; readonly checksumValue: string }[];
}

/** Finds the names of libraries that a binary holds; in its dynamic strings they stand between NULs. */
function neededLibraries(path: string): readonly string[] {
  const text = readFileSync(path, 'latin1');
  return [...new Set([...text.matchAll(/\0((?:lib[\w+-]+|ld-linux-[\w-]+)\.so\.\d+)(?=\0)/g)].map(([, name = '']) => name))];
}
