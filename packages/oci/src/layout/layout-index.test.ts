import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeContent } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { mediaTypes } from '../media-types.ts';
import { bytesOf } from '../testing/collect.ts';
import { expectCode } from '../testing/expect-code.ts';
import {
  emptyLayoutIndex,
  findDigest,
  findTag,
  formatLayoutIndex,
  parseLayoutIndex,
  refNameKey,
  withManifest,
  withTag,
  type LayoutIndex,
} from './layout-index.ts';

const manifests = ['a', 'b', 'c', 'd'].map((name) => describeContent(mediaTypes.imageManifest, bytesOf(name)));

describe('the index of a layout', () => {
  it('holds what a map of tags and a set of manifests hold, whatever is done to it', () => {
    const operation = fc.record({
      manifest: fc.constantFrom(...manifests),
      tag: fc.option(fc.constantFrom('v1', 'v2', '__proto__', 'constructor'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const tags = new Map<string, string>();
        const listed = new Set<string>();
        let index = emptyLayoutIndex;
        for (const { manifest, tag } of operations) {
          index = reread(apply(index, manifest, tag));
          listed.add(manifest.digest);
          if (tag !== undefined) tags.set(tag, manifest.digest);

          for (const [name, digest] of tags) expect(findTag(index, name)?.digest).toBe(digest);
          for (const { digest } of manifests) expect(findDigest(index, digest) !== undefined).toBe(listed.has(digest));
        }
        const untagged = [...listed].filter((digest) => ![...tags.values()].includes(digest));
        expect(index.entries).toHaveLength(tags.size + untagged.length);
      }),
    );
  });

  it('is left alone by what it says already', () => {
    const [manifest] = manifests;
    if (manifest === undefined) throw new Error('there are manifests');
    const index = apply(emptyLayoutIndex, manifest, 'v1');
    expect(withTag(index, manifest, 'v1')).toBeUndefined();
    expect(withManifest(index, manifest)).toBeUndefined();
  });

  it('takes no tag over from the descriptor of a manifest', () => {
    const [manifest] = manifests;
    if (manifest === undefined) throw new Error('there are manifests');
    const annotated = { ...manifest, annotations: { [refNameKey]: 'evil', other: 'kept' } };
    const listed = apply(emptyLayoutIndex, annotated, undefined);
    expect(findTag(listed, 'evil')).toBeUndefined();
    expect(findTag(apply(emptyLayoutIndex, annotated, 'v1'), 'v1')?.annotations).toEqual({
      other: 'kept',
      [refNameKey]: 'v1',
    });
  });

  it('refuses to grow beyond what can be read again', async () => {
    const entries = Array.from({ length: 20 }, (_, at) => {
      const annotations = { long: 'x'.repeat(1024 * 1024) };
      return { ...describeContent(mediaTypes.imageManifest, bytesOf(`${at}`)), annotations };
    });
    await expectCode('LIMIT_EXCEEDED', () =>
      formatLayoutIndex(entries.reduce((index, entry) => apply(index, entry, undefined), emptyLayoutIndex)),
    );
  });

  it('is read from any bytes as an index or a typed error', () => {
    const [manifest] = manifests;
    const entry = { ...manifest, annotations: { [refNameKey]: 'v1' } };
    const text = JSON.stringify({ schemaVersion: 2, manifests: [entry] });
    const damaged = fc.tuple(fc.nat(text.length), fc.string({ unit: 'binary' })).map(([at, insertion]) => {
      return bytesOf(text.slice(0, at) + insertion + text.slice(at + insertion.length));
    });
    const shaped = fc.record({ schemaVersion: fc.constant(2), manifests: fc.jsonValue() }).map(bytesOf);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged, shaped), (bytes) => {
        try {
          const index = parseLayoutIndex(bytes, 'index.json');
          expect(reread(index)).toEqual(index);
        } catch (error) {
          expect(error).toBeInstanceOf(OciError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function apply(index: LayoutIndex, manifest: Descriptor, tag: string | undefined): LayoutIndex {
  const changed = tag === undefined ? withManifest(index, manifest) : withTag(index, manifest, tag);
  return changed ?? index;
}

function reread(index: LayoutIndex): LayoutIndex {
  return parseLayoutIndex(formatLayoutIndex(index), 'index.json');
}
