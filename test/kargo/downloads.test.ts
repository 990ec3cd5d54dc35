import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../../packages/oci/src/registry/testing/fake-registry.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import { PullRequests } from './interpreter/pull-requests.ts';
import { noRenderer } from './interpreter/renderer.ts';
import { secureJoin } from './interpreter/secure-join.ts';
import type { StepContext } from './interpreter/step.ts';
import { ociDownload } from './interpreter/steps/oci-download.ts';
import { untar } from './interpreter/steps/untar.ts';
import { validateConfig } from './interpreter/validate-config.ts';

const directory = temporaryDirectory();
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

function stepContext(workDir: string, config: object): StepContext {
  const services = { metadata: { Stage: new Map(), Freight: new Map() }, pullRequests: new PullRequests(), renderer: noRenderer, secrets: {} };
  const freight = { name: 'f00', origin: 'app', images: [] };
  return { workDir, config, alias: 'step', project: 'p', stage: 's', promotion: 's.1', freight, state: {}, services };
}

interface Entry {
  readonly path: string;
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'FIFO';
  readonly linkpath?: string;
  readonly content?: Buffer;
  readonly mode?: number;
}

/** Writes tar entries exactly as named. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.map(({ path, type = 'File', linkpath = '', content = Buffer.alloc(0), mode = 0o644 }) => {
    const header = new Header({ path, type, linkpath, size: content.length, mode, mtime: new Date(1_700_000_000_000) });
    const block = Buffer.alloc(512);
    header.encode(block);
    return Buffer.concat([block, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('untar', () => {
  async function unpack(bytes: Buffer, config: object = {}): Promise<string> {
    const workDir = mkdtempSync(join(directory, 'untar-'));
    writeFileSync(join(workDir, 'in.tgz'), bytes);
    await untar(stepContext(workDir, { inPath: './in.tgz', outPath: './out', ...config }));
    return join(workDir, 'out');
  }
  const filesBelow = (path: string): readonly string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();

  test.each([['gzipped', gzipSync], ['plain', (bytes: Buffer) => bytes]] as const)('takes a %s tar, modes included', async (_, pack) => {
    const out = await unpack(pack(tarOf([{ path: 'package/run.sh', content: Buffer.from('#!/bin/sh\n'), mode: 0o755 }, { path: 'empty/', type: 'Directory' }])));
    expect(filesBelow(out)).toEqual(['empty', 'package', 'package/run.sh']);
    expect(readFileSync(join(out, 'package/run.sh'), 'utf8')).toBe('#!/bin/sh\n');
    expect(lstatSync(join(out, 'package/run.sh')).mode & 0o777).toBe(0o755);
  });

  test.each(['./release.yaml', '/release.yaml', '../release.yaml', 'a/../release.yaml', 'a\\release.yaml'])('leaves out %s, and says nothing', async (path) => {
    expect(filesBelow(await unpack(tarOf([{ path, content: Buffer.from('x') }, { path: 'kept', content: Buffer.from('x') }])))).toEqual(['kept']);
  });

  test('keeps a link whose target is named as a file may be, leaves out others, and what is neither file nor directory', async () => {
    const links = ['kept', './a', '../a', '/a', 'a/../../b'].map((linkpath, at): Entry => ({ path: `link${at}`, type: 'SymbolicLink', linkpath }));
    const out = await unpack(tarOf([...links, { path: 'hard', type: 'Link', linkpath: 'kept' }, { path: 'pipe', type: 'FIFO' }]));
    expect(filesBelow(out)).toEqual(['link0']);
    expect(readlinkSync(join(out, 'link0'))).toBe('kept');
  });

  test('takes what was there away', async () => {
    const workDir = mkdtempSync(join(directory, 'untar-'));
    mkdirSync(join(workDir, 'out'));
    writeFileSync(join(workDir, 'out/old'), '');
    writeFileSync(join(workDir, 'in.tar'), tarOf([{ path: 'new' }]));
    await untar(stepContext(workDir, { inPath: 'in.tar', outPath: 'out' }));
    expect(filesBelow(join(workDir, 'out'))).toEqual(['new']);
  });

  const megabytes = (count: number): Buffer => Buffer.alloc(count * 1024 * 1024);
  test.each([
    ['one file of more than 50 MiB', [Buffer.concat([megabytes(50), Buffer.from('x')])], 'exceeds size limit of 52428800'],
    ['more than 100 MiB in all', [megabytes(50), megabytes(50), Buffer.from('x')], 'total size would exceed limit of 104857600'],
  ])('refuses %s', async (_, contents, message) => {
    const entries = contents.map((content, at) => ({ path: `file${at}`, content }));
    await expect(unpack(gzipSync(tarOf(entries), { level: 1 }))).rejects.toThrow(message);
  }, 60_000);

  test.each([
    ['a cut gzip stream', gzipSync(tarOf([{ path: 'a' }])).subarray(0, 30), 'unexpected end of file'],
    ['what is no tar', Buffer.alloc(1024, 'x'), 'error reading tar'],
    ['an empty file', Buffer.alloc(0), 'failed to read file header'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(unpack(bytes)).rejects.toThrow(message);
  });
});

describe('oci-download', () => {
  let registry: FakeRegistry;
  beforeAll(async () => {
    registry = await FakeRegistry.start();
  });
  afterAll(() => registry.stop());

  interface Layer {
    readonly mediaType: string;
    readonly bytes: Buffer;
  }

  function pushArtifact(layers: readonly Layer[], tag: string): string {
    const repository = registry.repository('team/artifact');
    const described = layers.map(({ mediaType, bytes }) => ({ mediaType, digest: repository.addBlob(bytes), size: bytes.length }));
    const manifest = { schemaVersion: 2, mediaType: manifestType, layers: described };
    return repository.addManifest({ mediaType: manifestType, bytes: Buffer.from(JSON.stringify(manifest)) }, tag);
  }

  async function download(reference: string, config: object = {}): Promise<string> {
    const workDir = mkdtempSync(join(directory, 'oci-'));
    await ociDownload(stepContext(workDir, { imageRef: `${registry.host}/team/artifact${reference}`, outPath: './layer', ...config }));
    return readFileSync(join(workDir, 'layer'), 'utf8');
  }

  const two = [{ mediaType: 'a/one', bytes: Buffer.from('1') }, { mediaType: 'a/two', bytes: Buffer.from('2') }, { mediaType: 'a/two', bytes: Buffer.from('3') }];

  test('takes the first layer, or the first of a media type', async () => {
    const digest = pushArtifact(two, 'two');
    expect(await download(':two')).toBe('1');
    expect(await download(`@${digest}`, { mediaType: 'a/two' })).toBe('2');
    await expect(download(':two', { mediaType: 'a/three' })).rejects.toThrow('no layer found with media type "a/three"');
    pushArtifact([], 'none');
    await expect(download(':none')).rejects.toThrow('image has no layers');
  });

  test('checks a manifest that it asked for by digest, and a blob; what a tag names it believes', async () => {
    const repository = registry.repository('team/artifact');
    const [digest, other] = [pushArtifact(two.toReversed(), 'lies'), pushArtifact(two.slice(1, 2), 'other')];
    const lie = repository.findManifest(other);
    if (lie === undefined) throw new Error('it was pushed');
    repository.manifests.set(digest, lie);
    await expect(download(`@${digest}`)).rejects.toThrow('does not match requested digest');
    expect(await download(':lies')).toBe('2');
    const swapped = pushArtifact([{ mediaType: 'a/one', bytes: Buffer.from('whole') }], 'swapped');
    const [blob = ''] = [...repository.blobs].find(([, bytes]) => Buffer.from(bytes).toString() === 'whole') ?? [];
    repository.blobs.set(blob, Buffer.from('other'));
    await expect(download(`@${swapped}`)).rejects.toThrow('error verifying');
  });

  test('takes the image for linux/amd64 of an index', async () => {
    const repository = registry.repository('team/artifact');
    const manifests = ['arm64', 'amd64'].map((architecture) => {
      const digest = pushArtifact([{ mediaType: 'a/one', bytes: Buffer.from(architecture) }], architecture);
      return { mediaType: manifestType, digest, size: 1, platform: { os: 'linux', architecture } };
    });
    repository.addManifest({ mediaType: indexType, bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })) }, 'index');
    expect(await download(':index')).toBe('amd64');
  });

  test.each(['host/a:tag@sha256:00', 'host/a', 'host/a b:1'])('takes no reference as %s', (imageRef) => {
    expect(() => validateConfig('oci-download', { imageRef, outPath: 'a' })).toThrow('/imageRef must match pattern');
  });

  test('overwrites nothing unless told to, and fetches no layer of more than 100 MiB', async () => {
    const workDir = mkdtempSync(join(directory, 'oci-'));
    writeFileSync(join(workDir, 'layer'), '');
    const imageRef = `${registry.host}/team/artifact:two`;
    await expect(ociDownload(stepContext(workDir, { imageRef, outPath: 'layer' }))).rejects.toMatchObject({ terminal: true });
    await ociDownload(stepContext(workDir, { imageRef, outPath: 'layer', allowOverwrite: true }));
    expect(readFileSync(join(workDir, 'layer'), 'utf8')).toBe('1');
    const layers = [{ mediaType: 'a/one', digest: `sha256:${'0'.repeat(64)}`, size: 100 * 1024 * 1024 + 1 }];
    registry.repository('team/artifact').addManifest({ mediaType: manifestType, bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, layers })) }, 'huge');
    await expect(download(':huge')).rejects.toMatchObject({ terminal: true, message: expect.stringContaining('exceeds maximum allowed size') });
  });
});

describe('a path of a step', () => {
  test.each([
    ['../../etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['./a/./b/../c', 'a/c'],
    ['absolute/passwd', 'etc/passwd'],
    ['upwards/passwd', 'etc/passwd'],
  ])('%s stays in the work directory', (path, expected) => {
    const root = mkdtempSync(join(directory, 'root-'));
    symlinkSync('/etc', join(root, 'absolute'));
    symlinkSync('../../../etc', join(root, 'upwards'));
    expect(secureJoin(root, path)).toBe(join(root, expected));
    expect(existsSync(join(root, expected))).toBe(false);
  });
});
