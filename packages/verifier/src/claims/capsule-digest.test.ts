import { type Descriptor, MemoryStore, OciError, type OciErrorCode, type ReadableStore } from '@release-capsule/oci';
import { beforeEach, describe, expect, it } from 'vitest';
import { pushSubject } from '../signature/testing/signing.ts';
import { type CapsuleCoordinates, fetchCapsule } from './capsule-digest.ts';
import { otherDigest } from './testing/release.ts';

const options = { maxManifestBytes: 4 * 1024 * 1024 };
let store: MemoryStore;
let capsule: Descriptor;
let other: Descriptor;

beforeEach(async () => {
  store = new MemoryStore();
  capsule = await pushSubject(store, 'capsule');
  other = await pushSubject(store, 'other');
  await store.tag(capsule, 'right');
  await store.tag(other, 'moved');
});

async function look(coordinates: CapsuleCoordinates, from: ReadableStore = store): Promise<readonly string[]> {
  const { findings, manifest } = await fetchCapsule(from, coordinates, options);
  return [...findings.map(({ code }) => code), ...(manifest === undefined ? [] : [manifest.descriptor === undefined ? '' : 'found'])];
}

/** A store that answers to references as it is told, and counts the questions. */
function answering(answer: (reference: string) => Promise<Descriptor>): ReadableStore & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  return {
    asked,
    resolve: (reference) => (asked.push(reference), answer(reference)),
    fetch: (target, signal) => store.fetch(target, signal),
    exists: (target, signal) => store.exists(target, signal),
  };
}

describe('fetchCapsule', () => {
  it('finds a capsule by digest, by tag, and by both in one question', async () => {
    const counting = answering((reference) => store.resolve(reference));

    expect(await look({ pinned: capsule.digest })).toEqual(['DIGEST_MATCHES', 'found']);
    expect(await look({ tag: 'right' })).toEqual(['DIGEST_MATCHES', 'TAG_UNMOVED', 'found']);
    expect(await look({ requested: capsule.digest, tag: 'right' }, counting)).toEqual(['DIGEST_MATCHES', 'TAG_UNMOVED', 'found']);
    expect(counting.asked).toEqual(['right']);
  });

  it('goes by the digest where the tag names something else, or nothing', async () => {
    expect(await look({ pinned: capsule.digest, tag: 'moved' })).toEqual(['DIGEST_MATCHES', 'TAG_POINTS_ELSEWHERE', 'found']);
    expect(await look({ pinned: capsule.digest, tag: 'gone' })).toEqual(['DIGEST_MATCHES', 'TAG_DELETED', 'found']);
  });

  it.each([
    ['no digest', { pinned: 'sha256:1' }],
    ['a digest of another algorithm', { requested: `sha512:${'a'.repeat(128)}` }],
    ['another digest than the Freight', { pinned: otherDigest, requested: `sha256:${'1'.repeat(64)}` }],
  ])('refuses a reference that names %s, and asks nobody', async (_what, coordinates) => {
    const counting = answering((reference) => store.resolve(reference));

    expect(await look(coordinates, counting)).toEqual(['DIGEST_DIFFERS']);
    expect(counting.asked).toEqual([]);
  });

  it('takes no other capsule for the one that was asked for', async () => {
    expect(await look({ pinned: capsule.digest }, answering(async () => other))).toEqual(['DIGEST_DIFFERS']);
    expect(await look({ pinned: capsule.digest, tag: 'right' }, answering(async () => other))).toEqual(['DIGEST_DIFFERS', 'TAG_POINTS_ELSEWHERE']);
  });

  it('reads nothing larger than a manifest may be', async () => {
    const large = answering(async () => ({ ...capsule, size: options.maxManifestBytes + 1 }));

    expect(await look({ tag: 'right' }, large)).toEqual(['MANIFEST_TOO_LARGE', 'TAG_UNMOVED']);
  });

  it.each<readonly [OciErrorCode, string]>([
    ['REFERENCE_UNKNOWN', 'CAPSULE_MISSING'],
    ['REPOSITORY_UNKNOWN', 'CAPSULE_MISSING'],
    ['THROTTLED', 'CAPSULE_THROTTLED'],
    ['UNAUTHORIZED', 'CAPSULE_FORBIDDEN'],
    ['FORBIDDEN', 'CAPSULE_FORBIDDEN'],
    ['UNAVAILABLE', 'CAPSULE_LOOKUP_FAILED'],
    ['LAYOUT_INVALID', 'CAPSULE_LOOKUP_FAILED'],
    ['PROTOCOL_ERROR', 'CAPSULE_LOOKUP_FAILED'],
  ])('tells %s as %s', async (code, finding) => {
    const failing = answering(() => Promise.reject(new OciError(code, 'no')));

    expect(await look({ pinned: capsule.digest }, failing)).toEqual([finding]);
  });

  it('passes on what is no answer of a store', async () => {
    const broken = answering(() => Promise.reject(new RangeError('a bug')));

    await expect(look({ tag: 'right' }, broken)).rejects.toThrow('a bug');
  });

  it('needs to be told something', async () => {
    await expect(look({})).rejects.toMatchObject({ code: 'CAPSULE_UNNAMED' });
  });
});
