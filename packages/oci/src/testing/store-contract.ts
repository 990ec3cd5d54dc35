import { describe, expect, it } from 'vitest';
import { contentOf, describeContent, readAll } from '../content.ts';
import { digestOf } from '../digest.ts';
import { inlineContent } from '../inline-content.ts';
import { mediaTypes } from '../media-types.ts';
import type { ReferrerLister, Store } from '../ports.ts';
import { bytesOf, chunked, collect } from './collect.ts';
import { expectCode } from './expect-code.ts';
import { bare, pushSampleManifest } from './sample-graph.ts';

/** Holds a store to the contract of its ports. */
export function describeStore(name: string, create: () => Promise<Store & ReferrerLister>): void {
  const blob = describeContent('text/plain', bytesOf('hello'));

  describe(`${name} as a store`, () => {
    it('returns the content that was pushed', async () => {
      const store = await create();
      await expect(store.exists(blob)).resolves.toBe(false);
      await store.push(blob, () => chunked('he', 'llo'));
      await expect(store.exists(blob)).resolves.toBe(true);
      expect(Buffer.concat(await collect(await store.fetch(blob))).toString()).toBe('hello');
    });

    it('stores empty content and SHA-512 content', async () => {
      const store = await create();
      const empty = describeContent('text/plain', bytesOf(''));
      const long = { ...blob, digest: digestOf(bytesOf('hello'), 'sha512') };
      await store.push(empty, contentOf(bytesOf('')));
      await store.push(long, contentOf(bytesOf('hello')));
      await expect(readAll(store, empty, { maxBytes: 0 })).resolves.toHaveLength(0);
      await expect(readAll(store, long, { maxBytes: 5 })).resolves.toHaveLength(5);
    });

    it.each([
      ['DIGEST_MISMATCH', 'hellO'],
      ['SIZE_MISMATCH', 'hell'],
      ['SIZE_MISMATCH', 'hello!'],
    ] as const)('refuses with %s the content %s and keeps nothing of it', async (code, text) => {
      const store = await create();
      await expectCode(code, () => store.push(blob, () => chunked(text)));
      await expect(store.exists(blob)).resolves.toBe(false);
      await expectCode('BLOB_UNKNOWN', () => store.fetch(blob));
    });

    it('refuses a manifest that is none, and keeps nothing of it', async () => {
      const store = await create();
      const broken = describeContent(mediaTypes.imageManifest, bytesOf('no manifest'));
      await expectCode('MANIFEST_INVALID', () => store.push(broken, contentOf(bytesOf('no manifest'))));
      await expect(store.exists(broken)).resolves.toBe(false);
      await expectCode('REFERENCE_UNKNOWN', () => store.resolve(broken.digest));
    });

    it('keeps nothing of content whose source fails', async () => {
      const store = await create();
      const failing = async function* (): AsyncGenerator<Uint8Array> {
        yield bytesOf('hel');
        throw new Error('cable pulled');
      };
      await expect(store.push(blob, failing)).rejects.toThrow('cable pulled');
      await expect(store.exists(blob)).resolves.toBe(false);
    });

    it('names the content that it does not hold', async () => {
      const store = await create();
      const error = await expectCode('BLOB_UNKNOWN', () => store.fetch(blob));
      expect(error.message).toContain(blob.digest);
    });

    it('says in the stream when a descriptor states another size', async () => {
      const store = await create();
      await store.push(blob, contentOf(bytesOf('hello')));
      await expectCode('SIZE_MISMATCH', async () => collect(await store.fetch({ ...blob, size: 4 })));
      await expectCode('SIZE_MISMATCH', async () => collect(await store.fetch({ ...blob, size: 6 })));
    });

    it('does nothing once it is aborted', async () => {
      const store = await create();
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(store.push(blob, contentOf(bytesOf('hello')), signal)).rejects.toThrow('enough');
      await expect(store.fetch(blob, signal)).rejects.toThrow('enough');
      await expect(store.resolve('v1', signal)).rejects.toThrow('enough');
      await expect(store.exists(blob)).resolves.toBe(false);
    });
  });

  describe(`${name} and its tags`, () => {
    it('resolves a tag and a digest to the manifest, with its bytes', async () => {
      const store = await create();
      const { manifest } = await pushSampleManifest(store, 'a');
      await store.tag(manifest, 'v1');
      for (const reference of ['v1', manifest.digest]) {
        const resolved = await store.resolve(reference);
        expect(bare(resolved)).toEqual(manifest);
        expect(inlineContent(resolved)).toHaveLength(manifest.size);
      }
    });

    it('resolves a manifest by digest that has no tag', async () => {
      const store = await create();
      const { manifest } = await pushSampleManifest(store, 'a');
      expect(bare(await store.resolve(manifest.digest))).toEqual(manifest);
    });

    it('moves a tag, and still resolves the manifest that had it', async () => {
      const store = await create();
      const first = await pushSampleManifest(store, 'a');
      const second = await pushSampleManifest(store, 'b');
      await store.tag(first.manifest, 'v1');
      await store.tag(second.manifest, 'v1');
      expect((await store.resolve('v1')).digest).toBe(second.manifest.digest);
      expect((await store.resolve(first.manifest.digest)).digest).toBe(first.manifest.digest);
    });

    it('keeps several tags of one manifest', async () => {
      const store = await create();
      const { manifest } = await pushSampleManifest(store, 'a');
      await store.tag(manifest, 'v1');
      await store.tag(manifest, 'v2');
      await store.tag(manifest, 'v1');
      expect((await store.resolve('v1')).digest).toBe(manifest.digest);
      expect((await store.resolve('v2')).digest).toBe(manifest.digest);
    });

    it.each(['v2', 'V1', 'constructor', '__proto__', digestOf(bytesOf('nothing'))])(
      'does not know the reference %s',
      async (reference) => {
        const store = await create();
        const { manifest } = await pushSampleManifest(store, 'a');
        await store.tag(manifest, 'v1');
        const error = await expectCode('REFERENCE_UNKNOWN', () => store.resolve(reference));
        expect(error.message).toContain(reference);
      },
    );

    it.each(['', '-a', 'a b', 'a/b', '../x', 'a'.repeat(129)])('refuses the tag %j', async (tag) => {
      const store = await create();
      const { manifest } = await pushSampleManifest(store, 'a');
      await expectCode('REFERENCE_INVALID', () => store.tag(manifest, tag));
    });

    it('refuses to tag what it does not hold', async () => {
      const store = await create();
      const missing = { ...blob, mediaType: mediaTypes.imageManifest };
      await expectCode('BLOB_UNKNOWN', () => store.tag(missing, 'v1'));
      await expectCode('REFERENCE_UNKNOWN', () => store.resolve('v1'));
    });
  });

  describe(`${name} and referrers`, () => {
    const signature = 'application/vnd.example.signature';

    it('lists the manifests whose subject is the one asked for', async () => {
      const store = await create();
      const subject = await pushSampleManifest(store, 'subject');
      const other = await pushSampleManifest(store, 'other');
      const options = { subject: subject.manifest, annotations: { 'org.example': 'x' } };
      const signed = await pushSampleManifest(store, 'signature', { ...options, artifactType: signature });
      const plain = await pushSampleManifest(store, 'plain', { subject: subject.manifest });
      await pushSampleManifest(store, 'of other', { subject: other.manifest, artifactType: signature });

      const all = await collect(store.referrers(subject.manifest));
      expect(all).toHaveLength(2);
      const described = { ...signed.manifest, artifactType: signature, annotations: { 'org.example': 'x' } };
      expect(all).toContainEqual(expect.objectContaining(described));
      expect(all).toContainEqual(expect.objectContaining({ ...plain.manifest, artifactType: plain.config.mediaType }));
      const filtered = await collect(store.referrers(subject.manifest, signature));
      expect(filtered.map(bare)).toEqual([signed.manifest]);
    });

    it('lists nothing for a subject that it does not hold', async () => {
      const store = await create();
      await pushSampleManifest(store, 'a');
      await expect(collect(store.referrers(blob))).resolves.toEqual([]);
    });
  });
}
