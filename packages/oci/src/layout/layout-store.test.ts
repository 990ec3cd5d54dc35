import { chmod, link, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, describeContent, pushBytes, readAll } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { mediaTypes } from '../media-types.ts';
import { bytesOf, chunked, collect } from '../testing/collect.ts';
import { expectCode } from '../testing/expect-code.ts';
import { bare, pushSampleIndex, pushSampleManifest } from '../testing/sample-graph.ts';
import { describeStore } from '../testing/store-contract.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { blobPath } from './blob-files.ts';
import { refNameKey } from './layout-index.ts';
import type { LayoutStore } from './layout-store.ts';
import { openLayout } from './open-layout.ts';

describeStore('LayoutStore', createStore);

describe('what LayoutStore writes', () => {
  it('is an OCI image layout that names tags and referrers in index.json', async () => {
    const store = await createStore();
    const options = { artifactType: 'application/vnd.a', annotations: { x: 'y' } };
    const subject = await pushSampleManifest(store, 'a', options);
    await store.tag(subject.manifest, 'v1');
    const signature = { subject: subject.manifest, artifactType: 'application/vnd.s', annotations: { k: 'v' } };
    const referrer = await pushSampleManifest(store, 'b', signature);

    const root = store.directory;
    expect(JSON.parse(await readFile(join(root, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(JSON.parse(await readFile(join(root, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [
        { ...subject.manifest, artifactType: 'application/vnd.a', annotations: { [refNameKey]: 'v1' } },
        { ...referrer.manifest, artifactType: 'application/vnd.s', annotations: { k: 'v' } },
      ],
    });
    expect((await readdir(root)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect((await stat(blobPath(root, subject.layer.digest))).mode & 0o222).toBe(0);
    expect((await stat(join(root, 'index.json'))).mode & 0o200).toBe(0o200);
  });

  it('is left as it is when the same is written again', async () => {
    const store = await createStore();
    const { manifest, layer } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    const before = await fingerprint(store.directory, layer);
    await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    expect(await fingerprint(store.directory, layer)).toEqual(before);
  });

  it('keeps what other tools have put into index.json', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    const entry = { ...manifest, platform: { os: 'linux' }, annotations: { vendor: 'x' } };
    const path = join(store.directory, 'index.json');
    await writeFile(path, JSON.stringify({ schemaVersion: 2, manifests: [entry], vendor: { a: 1 } }));
    await store.tag(manifest, 'v1');
    await store.tag((await pushSampleManifest(store, 'b')).manifest, 'v2');
    const index: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(index).toMatchObject({ schemaVersion: 2, vendor: { a: 1 } });
    expect(index).toHaveProperty('manifests[0]', {
      ...entry,
      annotations: { vendor: 'x', [refNameKey]: 'v1' },
    });
  });

  it('does not let a pushed manifest set a tag through its own annotations', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'good');
    await store.tag(manifest, 'v1');
    await pushSampleManifest(store, 'evil', { subject: manifest, annotations: { [refNameKey]: 'v1' } });
    await pushSampleManifest(store, 'evil too', { subject: manifest, annotations: { [refNameKey]: 'v2' } });
    expect((await store.resolve('v1')).digest).toBe(manifest.digest);
    await expectCode('REFERENCE_UNKNOWN', () => store.resolve('v2'));
  });

  it('does not let one manifest with very long annotations fill index.json', async () => {
    const store = await createStore();
    const { manifest: subject } = await pushSampleManifest(store, 'good');
    const annotations = { long: 'x'.repeat(3 * 1024 * 1024) };
    const one = await pushSampleManifest(store, 'a', { subject, annotations });
    const two = await pushSampleManifest(store, 'b', { subject, annotations });
    const listed = await collect(store.referrers(subject));
    expect(listed.map(bare)).toEqual([one.manifest, two.manifest]);
    expect(listed[0]?.annotations).toEqual(annotations);
  });

  it('replaces a damaged blob by pushing it again', async () => {
    const store = await createStore();
    const blob = await pushBytes(store, { mediaType: 'text/plain', bytes: bytesOf('hello') });
    await overwrite(blobPath(store.directory, blob.digest), 'hellO');
    await expect(store.exists(blob)).resolves.toBe(false);
    await store.push(blob, contentOf(bytesOf('hello')));
    expect(Buffer.from(await readAll(store, blob, { maxBytes: 5 })).toString()).toBe('hello');
  });

  it('replaces a link in place of a blob, and leaves alone what it leads to', async () => {
    const store = await createStore();
    const outside = join(await temporaryDirectory(), 'outside');
    await writeFile(outside, 'precious');
    const blob = describeContent('text/plain', bytesOf('hello'));
    await symlink(outside, blobPath(store.directory, blob.digest));
    await store.push(blob, contentOf(bytesOf('hello')));
    expect(await readFile(outside, 'utf8')).toBe('precious');
    expect(Buffer.from(await readAll(store, blob, { maxBytes: 5 })).toString()).toBe('hello');
  });
});

describe('reading a damaged layout', () => {
  it('detects any flipped bit in a blob', async () => {
    const store = await createStore();
    const { manifest, layer } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    for (const target of [manifest, layer]) {
      const path = blobPath(store.directory, target.digest);
      const good = await readFile(path);
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length * 8 - 1), async (bit) => {
          const bad = Buffer.from(good);
          bad.writeUInt8(bad.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          await overwrite(path, bad);
          await expectCode('DIGEST_MISMATCH', async () => collect(await store.fetch(target)));
          if (target === manifest) await expectCode('DIGEST_MISMATCH', () => store.resolve('v1'));
        }),
        { numRuns: 50 },
      );
      await overwrite(path, good);
    }
  });

  it('answers any change of a byte in index.json with a manifest that is there or a typed error', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    const path = join(store.directory, 'index.json');
    const good = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) => {
        const bad = Buffer.from(good);
        bad[at] = byte;
        await writeFile(path, bad);
        await valueOrError(async () => expect((await store.resolve('v1')).digest).toBe(manifest.digest));
        await valueOrError(() => collect(store.referrers(manifest)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['torn', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['no object', () => '[]'],
    ['of another schema version', (text: string) => text.replace('2', '1')],
    ['of another media type', (text: string) => text.replace('index.v1', 'manifest.v1')],
    ['without manifests', () => '{"schemaVersion":2}'],
    ['with a negative size', (text: string) => text.replace('"size":', '"size":-')],
    ['with a doubled key', (text: string) => text.replace('"schemaVersion":2', '"schemaVersion":2,"schemaVersion":2')],
  ])('reports an index.json that is %s, with a hint', async (_, damage) => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    const path = join(store.directory, 'index.json');
    await writeFile(path, damage(await readFile(path, 'utf8')));
    for (const read of [() => store.resolve('v1'), () => store.tag(manifest, 'v1'), () => reopen(store)]) {
      const error = await expectCode('LAYOUT_INVALID', read);
      expect(error.hint).toBeDefined();
    }
  });

  it('reports a missing index.json, and one beyond the limit', async () => {
    const store = await createStore();
    await writeFile(join(store.directory, 'index.json'), ' '.repeat(4 * 1024 * 1024 + 1));
    await expectCode('LIMIT_EXCEEDED', () => store.resolve('v1'));
    await rm(join(store.directory, 'index.json'));
    await expectCode('LAYOUT_INVALID', () => store.resolve('v1'));
  });

  it('refuses a tag that two entries have, and still resolves the others', async () => {
    const store = await createStore();
    const one = await pushSampleManifest(store, 'a');
    const two = await pushSampleManifest(store, 'b');
    await store.tag(one.manifest, 'v1');
    await store.tag(two.manifest, 'v2');
    const path = join(store.directory, 'index.json');
    const json = JSON.parse(await readFile(path, 'utf8'));
    json.manifests.push({ ...two.manifest, annotations: { [refNameKey]: 'v1' } });
    await writeFile(path, JSON.stringify(json));
    await expectCode('LAYOUT_INVALID', () => store.resolve('v1'));
    await expectCode('LAYOUT_INVALID', () => store.tag(two.manifest, 'v1'));
    expect((await store.resolve('v2')).digest).toBe(two.manifest.digest);
  });

  it('names a blob that is missing', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    await rm(blobPath(store.directory, manifest.digest));
    const error = await expectCode('BLOB_UNKNOWN', () => store.resolve('v1'));
    expect(error.message).toContain(manifest.digest);
  });

  it('lists the good referrers before it reports a damaged one', async () => {
    const store = await createStore();
    const { manifest: subject } = await pushSampleManifest(store, 'subject');
    const bad = await pushSampleManifest(store, 'bad', { subject });
    const good = await pushSampleManifest(store, 'good', { subject });
    await rm(blobPath(store.directory, bad.manifest.digest));
    const listed: string[] = [];
    await expectCode('BLOB_UNKNOWN', async () => {
      for await (const { digest } of store.referrers(subject)) listed.push(digest);
    });
    expect(listed).toEqual([good.manifest.digest]);
  });

  it.each(['blob', 'index.json', 'oci-layout'])('refuses a %s that is a symbolic link', async (name) => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    const path = name === 'blob' ? blobPath(store.directory, manifest.digest) : join(store.directory, name);
    await rename(path, join(store.directory, 'elsewhere'));
    await symlink(join(store.directory, 'elsewhere'), path);
    const error = await expectCode('LAYOUT_INVALID', async () => (await reopen(store)).resolve('v1'));
    expect(error.message).toContain(path);
  });

  it.each(['blobs', 'blobs/sha256'])('refuses a layout whose %s is a symbolic link', async (name) => {
    const store = await createStore();
    await rename(join(store.directory, name), join(store.directory, 'elsewhere'));
    await symlink(join(store.directory, 'elsewhere'), join(store.directory, name));
    await expectCode('LAYOUT_INVALID', () => reopen(store));
  });

  it('refuses a directory in place of a blob', async () => {
    const store = await createStore();
    const blob = describeContent('text/plain', bytesOf('hello'));
    await mkdir(blobPath(store.directory, blob.digest));
    await expectCode('LAYOUT_INVALID', () => store.fetch(blob));
    await expectCode('STORAGE_FAILED', () => store.push(blob, contentOf(bytesOf('hello'))));
    expect(await leftovers(store)).toEqual([]);
  });
});

describe('LayoutStore and manifests that its index does not list', () => {
  it('resolves the manifests of an index by digest', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    const index = await pushSampleIndex(store, [manifest]);
    await writeFile(join(store.directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }));
    expect(bare(await store.resolve(manifest.digest))).toEqual(manifest);
  });

  it('does not take a blob for a manifest', async () => {
    const store = await createStore();
    const { config, layer } = await pushSampleManifest(store, 'a');
    await expectCode('REFERENCE_UNKNOWN', () => store.resolve(config.digest));
    await expectCode('REFERENCE_UNKNOWN', () => store.resolve(layer.digest));
  });

  it('lists referrers of a fallback index, where their subject agrees and each only once', async () => {
    const store = await createStore();
    const { manifest: subject } = await pushSampleManifest(store, 'subject');
    const good = await pushSampleManifest(store, 'good', { subject });
    const other = await pushSampleManifest(store, 'other', { subject: good.manifest });
    const fallback = await pushSampleIndex(store, [good.manifest, other.manifest, good.manifest, subject]);
    const tagged = { ...fallback, annotations: { [refNameKey]: subject.digest.replace(':', '-') } };
    await writeFile(join(store.directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [tagged] }));
    expect((await collect(store.referrers(subject))).map(bare)).toEqual([good.manifest]);
  });
});

describe('openLayout', () => {
  it('creates nothing where it is only to read', async () => {
    const directory = join(await temporaryDirectory(), 'missing');
    await expectCode('REPOSITORY_UNKNOWN', () => openLayout(directory, { create: false }));
    await expect(stat(directory)).rejects.toThrow('ENOENT');
  });

  it('reads a layout on a read-only disk', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    const before = await readdir(store.directory, { recursive: true });
    await chmod(store.directory, 0o555);
    const reader = await openLayout(store.directory, { create: false });
    expect((await reader.resolve('v1')).digest).toBe(manifest.digest);
    await collect(reader.referrers(manifest));
    expect(await readdir(store.directory, { recursive: true })).toEqual(before);
    await chmod(store.directory, 0o755);
  });

  it('creates a layout in a missing or an empty directory', async () => {
    const directory = await temporaryDirectory();
    await openLayout(directory, { create: true });
    await openLayout(join(directory, 'a', 'b'), { create: true });
    expect((await openLayout(join(directory, 'a', 'b'), { create: false })).directory).toBe(join(directory, 'a', 'b'));
  });

  it('does not make a layout of somebody’s directory', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'thesis.tex'), '');
    const error = await expectCode('LAYOUT_INVALID', () => openLayout(directory, { create: true }));
    expect(error.message).toContain('thesis.tex');
    expect(await readdir(directory)).toEqual(['thesis.tex']);
  });

  it('does not make a layout of a directory whose index.json is something else', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'index.json'), '{"name":"app"}');
    await expectCode('LAYOUT_INVALID', () => openLayout(directory, { create: true }));
    expect(await readdir(directory)).not.toContain('oci-layout');
    expect(await readFile(join(directory, 'index.json'), 'utf8')).toBe('{"name":"app"}');
  });

  it.each(['{"imageLayoutVersion":"2.0.0"}', '{}', 'null', '', '{'])('refuses the marker %j', async (marker) => {
    const store = await createStore();
    await writeFile(join(store.directory, 'oci-layout'), marker);
    await expectCode('LAYOUT_INVALID', () => reopen(store));
  });
});

describe('files of writers that were killed', () => {
  // A process id beyond the largest that Linux gives out, on this host: certainly dead.
  const dead = (own: string): string => own.replace(/^(\.ingest-[0-9a-f]{16})-.*/, '$1-4194305-1-0123456789abcdef');

  it('are removed by the next writer, those of living ones are not', async () => {
    const store = await createStore();
    const [living = ''] = await whilePushing(store);
    const files = [dead(living), living, '.ingest-junk', '.ingest-old'];
    for (const name of files) await writeFile(join(store.directory, name), 'x');
    await utimes(join(store.directory, '.ingest-old'), new Date(0), new Date(0));
    await pushSampleManifest(await reopen(store), 'a');
    expect(await leftovers(store)).toEqual([living, '.ingest-junk'].sort());
  });

  it('do not matter to readers', async () => {
    const store = await createStore();
    const { manifest } = await pushSampleManifest(store, 'a');
    await store.tag(manifest, 'v1');
    await writeFile(join(store.directory, '.ingest-junk'), 'x');
    await writeFile(join(store.directory, 'index.json.lock'), 'junk');
    expect((await (await reopen(store)).resolve('v1')).digest).toBe(manifest.digest);
  });

  it('leave a hard link of a blob alone: content is replaced, never rewritten', async () => {
    const store = await createStore();
    const blob = await pushBytes(store, { mediaType: 'text/plain', bytes: bytesOf('hello') });
    const path = blobPath(store.directory, blob.digest);
    await overwrite(path, 'hellO');
    await link(path, join(store.directory, 'copy'));
    await store.push(blob, contentOf(bytesOf('hello')));
    expect(await readFile(join(store.directory, 'copy'), 'utf8')).toBe('hellO');
  });
});

async function createStore(): Promise<LayoutStore> {
  return openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
}

function reopen(store: LayoutStore): Promise<LayoutStore> {
  return openLayout(store.directory, { create: false });
}

async function overwrite(path: string, content: string | Buffer): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, content);
}

async function leftovers(store: LayoutStore): Promise<readonly string[]> {
  return (await readdir(store.directory)).filter((name) => name.startsWith('.ingest-')).sort();
}

async function whilePushing(store: LayoutStore): Promise<readonly string[]> {
  let seen: readonly string[] = [];
  const content = async function* (): AsyncGenerator<Uint8Array> {
    seen = await leftovers(store);
    yield* chunked('x');
  };
  await store.push(describeContent('text/plain', bytesOf('x')), content);
  return seen;
}

async function fingerprint(root: string, blob: Descriptor): Promise<unknown> {
  const files = await Promise.all([join(root, 'index.json'), blobPath(root, blob.digest)].map((path) => stat(path)));
  return files.map(({ ino, mtimeMs }) => ({ ino, mtimeMs }));
}

async function valueOrError(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(OciError);
  }
}
