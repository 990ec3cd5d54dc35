import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, describeContent, pushBytes, readAll } from './content.ts';
import { copyGraph } from './copy.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import { blobPath } from './layout/blob-files.ts';
import { openLayout } from './layout/open-layout.ts';
import { mediaTypes } from './media-types.ts';
import { MemoryStore } from './memory-store.ts';
import { bytesOf, collect } from './testing/collect.ts';
import { expectCode } from './testing/expect-code.ts';
import { bare, pushSampleIndex, pushSampleManifest } from './testing/sample-graph.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

describe('copyGraph', () => {
  it('copies a manifest and all that it names, each part before what names it', async () => {
    const source = new MemoryStore();
    const one = await pushSampleManifest(source, 'one');
    const two = await pushSampleManifest(source, 'two');
    const index = await pushSampleIndex(source, [one.manifest, two.manifest]);
    const target = new MemoryStore();
    const copied: string[] = [];

    await copyGraph(source, target, index, { onCopied: ({ digest }) => copied.push(digest) });

    expect(copied).toHaveLength(7);
    expect(copied.at(-1)).toBe(index.digest);
    for (const { manifest, config, layer } of [one, two]) {
      expect(copied.indexOf(manifest.digest)).toBeGreaterThan(copied.indexOf(config.digest));
      expect(copied.indexOf(manifest.digest)).toBeGreaterThan(copied.indexOf(layer.digest));
    }
    for (const part of [index, ...Object.values(one), ...Object.values(two)]) {
      const bytes = await readAll(source, part, { maxBytes: 10_000 });
      expect(await readAll(target, part, { maxBytes: 10_000 })).toEqual(bytes);
    }
  });

  it('skips what the target holds, and completes what it lacks', async () => {
    const source = new MemoryStore();
    const { manifest, config, layer } = await pushSampleManifest(source, 'a');
    const target = await openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
    await copyGraph(source, target, manifest);
    await rm(blobPath(target.directory, layer.digest));
    const copied: string[] = [];
    const skipped: string[] = [];

    await copyGraph(source, target, manifest, {
      onCopied: ({ digest }) => copied.push(digest),
      onSkipped: ({ digest }) => skipped.push(digest),
    });

    expect(copied).toEqual([layer.digest]);
    expect(skipped.sort()).toEqual([manifest.digest, config.digest].sort());
    await readAll(target, layer, { maxBytes: 1000 });
  });

  it('keeps digests on the way through a layout and back', async () => {
    const source = new MemoryStore();
    const { manifest } = await pushSampleManifest(source, 'a');
    const layout = await openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
    const back = new MemoryStore();
    await copyGraph(source, layout, manifest);
    await layout.tag(manifest, 'v1');
    await copyGraph(layout, back, await layout.resolve('v1'));
    expect(bare(await back.resolve(manifest.digest))).toEqual(manifest);
  });

  it('runs at most three transfers at a time', async () => {
    const source = new MemoryStore();
    const texts = Array.from({ length: 20 }, (_, at) => bytesOf(`layer ${at}`));
    const layers = await Promise.all(texts.map((bytes) => pushBytes(source, { mediaType: 'text/plain', bytes })));
    const manifest = await pushManifest(source, layers);
    const target = new CountingStore();
    await copyGraph(source, target, manifest);
    expect(target.most).toBe(3);
  });

  it('copies the subject of a manifest, unless the source does not hold it', async () => {
    const source = new MemoryStore();
    const subject = await pushSampleManifest(source, 'subject');
    const signature = await pushSampleManifest(source, 'signature', { subject: subject.manifest });
    const orphan = await pushSampleManifest(source, 'orphan', {
      subject: describeContent(mediaTypes.imageManifest, bytesOf('gone')),
    });
    const target = new MemoryStore();
    await copyGraph(source, target, signature.manifest);
    await copyGraph(source, target, orphan.manifest);
    await expect(target.exists(subject.layer)).resolves.toBe(true);
    await expect(target.exists(orphan.manifest)).resolves.toBe(true);
  });

  it('copies referrers of referrers only on request', async () => {
    const source = new MemoryStore();
    const subject = await pushSampleManifest(source, 'subject');
    const attestation = await pushSampleManifest(source, 'attestation', { subject: subject.manifest });
    const signature = await pushSampleManifest(source, 'signature', { subject: attestation.manifest });
    const target = new MemoryStore();

    await copyGraph(source, target, subject.manifest);
    expect(await collect(target.referrers(subject.manifest))).toEqual([]);

    await copyGraph(source, target, subject.manifest, { referrers: true });
    expect((await collect(target.referrers(subject.manifest))).map(bare)).toEqual([attestation.manifest]);
    expect((await collect(target.referrers(attestation.manifest))).map(bare)).toEqual([signature.manifest]);
  });

  it('lists a referrer that a killed run had stored and not yet listed', async () => {
    const source = new MemoryStore();
    const subject = await pushSampleManifest(source, 'subject');
    const signature = await pushSampleManifest(source, 'signature', { subject: subject.manifest });
    const target = await openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
    const bytes = await readAll(source, signature.manifest, { maxBytes: 10_000 });
    await target.push({ ...signature.manifest, mediaType: 'application/octet-stream' }, contentOf(bytes));

    await copyGraph(source, target, subject.manifest, { referrers: true });

    expect((await collect(target.referrers(subject.manifest))).map(bare)).toEqual([signature.manifest]);
  });

  it('refuses to copy referrers from a store that cannot list them', async () => {
    const source = new MemoryStore();
    const { manifest } = await pushSampleManifest(source, 'a');
    const plain = {
      fetch: source.fetch.bind(source),
      resolve: source.resolve.bind(source),
      exists: source.exists.bind(source),
    };
    const target = new MemoryStore();
    await expectCode('UNSUPPORTED', () => copyGraph(plain, target, manifest, { referrers: true }));
  });

  it('stops at referrers that are too far away, and at parts that are too deep', async () => {
    const source = new MemoryStore();
    const first = (await pushSampleManifest(source, '0')).manifest;
    let last = first;
    for (let number = 1; number <= 20; number += 1) {
      last = (await pushSampleManifest(source, `${number}`, { subject: last })).manifest;
    }
    const target = new MemoryStore();
    await expectCode('LIMIT_EXCEEDED', () => copyGraph(source, target, first, { referrers: true }));
    await expectCode('LIMIT_EXCEEDED', () => copyGraph(source, target, last));
  });

  it('copies content that is named as a blob and as a manifest as both', async () => {
    const source = new MemoryStore();
    const { manifest, layer } = await pushSampleManifest(source, 'a');
    const disguised = await pushManifest(source, [{ ...manifest, mediaType: 'application/octet-stream' }]);
    const index = await pushSampleIndex(source, [disguised, manifest]);
    const target = new MemoryStore();
    await copyGraph(source, target, index);
    await expect(target.exists(layer)).resolves.toBe(true);
  });
});

describe('errors of copyGraph', () => {
  it('say that reading failed, and leave the target without the manifest', async () => {
    const source = await openLayout(join(await temporaryDirectory(), 'layout'), { create: true });
    const { manifest, layer } = await pushSampleManifest(source, 'a');
    await rm(blobPath(source.directory, layer.digest));
    const target = new MemoryStore();
    const error = await expectCode('BLOB_UNKNOWN', () => copyGraph(source, target, manifest));
    expect(error.message).toMatch(`could not read ${layer.digest} from the source: `);
    expect(error.cause).toBeInstanceOf(OciError);
    await expect(target.exists(manifest)).resolves.toBe(false);
  });

  it('say that writing failed, with the hint of the store', async () => {
    const source = new MemoryStore();
    const { manifest, config } = await pushSampleManifest(source, 'a');
    const error = await expectCode('STORAGE_FAILED', () => copyGraph(source, new FullStore(), manifest));
    expect(error.message).toMatch(`could not write ${config.digest} to the target: `);
    expect(error.hint).toBe('make room');
  });

  it('report a manifest that is none as an error of the source', async () => {
    const source = new MemoryStore();
    const junk = await pushBytes(source, { mediaType: 'text/plain', bytes: bytesOf('junk') });
    const broken = { ...junk, mediaType: mediaTypes.imageManifest };
    const error = await expectCode('MANIFEST_INVALID', () => copyGraph(source, new MemoryStore(), broken));
    expect(error.message).toContain('from the source');
  });

  it('refuse a manifest whose declared size is beyond the limit', async () => {
    const huge = { ...describeContent(mediaTypes.imageManifest, bytesOf('x')), size: 2 ** 40 };
    await expectCode('LIMIT_EXCEEDED', () => copyGraph(new MemoryStore(), new MemoryStore(), huge));
  });

  it('are those of the abort where the caller aborts', async () => {
    const source = new MemoryStore();
    const { manifest } = await pushSampleManifest(source, 'a');
    const abort = new AbortController();
    const onCopied = (): void => abort.abort(new Error('enough'));
    const copying = copyGraph(source, new MemoryStore(), manifest, { onCopied, signal: abort.signal });
    await expect(copying).rejects.toThrow('enough');
  });
});

/** A store that counts how many pushes run at once. */
class CountingStore extends MemoryStore {
  most = 0;
  #running = 0;

  override async push(expected: Descriptor, content: () => AsyncIterable<Uint8Array>): Promise<void> {
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await super.push(expected, content);
    this.#running -= 1;
  }
}

/** A store whose disk is full. */
class FullStore extends MemoryStore {
  override push(): Promise<void> {
    return Promise.reject(new OciError('STORAGE_FAILED', 'no space', { hint: 'make room' }));
  }
}

async function pushManifest(store: MemoryStore, layers: readonly Descriptor[]): Promise<Descriptor> {
  const mediaType = mediaTypes.imageManifest;
  const config = await pushBytes(store, { mediaType: mediaTypes.empty, bytes: bytesOf('{}') });
  return pushBytes(store, { mediaType, bytes: bytesOf({ schemaVersion: 2, mediaType, config, layers }) });
}
