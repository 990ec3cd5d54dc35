import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Descriptor, MemoryStore, openLayout, pushBytes, type Store } from '@release-capsule/oci';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tagCapsule } from './tag-capsule.ts';

const mediaType = 'application/vnd.oci.image.manifest.v1+json';

/** Stores a manifest that differs from others by its annotation. */
function pushManifest(store: Store, name: string): Promise<Descriptor> {
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 };
  const manifest = { schemaVersion: 2, mediaType, config, layers: [], annotations: { name } };
  return pushBytes(store, { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) });
}

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tag-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const stores = [
  ['memory', async () => new MemoryStore()],
  ['a layout', () => openLayout(join(directory, 'layout'), { create: true })],
] as const;

describe.each(stores)('tagCapsule in %s', (_name, open) => {
  it('sets a new tag, and leaves one of the same digest alone', async () => {
    const store = await open();
    const capsule = await pushManifest(store, 'a');

    expect(await tagCapsule(store, capsule, 'git-1')).toBe('set');
    expect(await tagCapsule(store, capsule, 'git-1')).toBe('unchanged');
    expect((await store.resolve('git-1')).digest).toBe(capsule.digest);
  });

  it('refuses a tag of another digest', async () => {
    const store = await open();
    const [first, second] = [await pushManifest(store, 'a'), await pushManifest(store, 'b')];
    await tagCapsule(store, first, 'git-1');

    await expect(tagCapsule(store, second, 'git-1')).rejects.toMatchObject({ code: 'TAG_TAKEN' });
    expect((await store.resolve('git-1')).digest).toBe(first.digest);
  });

  it('lets one of two racing writers win, and tells the other', async () => {
    for (let round = 0; round < 20; round += 1) {
      const store = await open();
      const capsules = [await pushManifest(store, `a${round}`), await pushManifest(store, `b${round}`)];
      const tag = `git-${round}`;

      const outcomes = await Promise.allSettled(capsules.map((capsule) => tagCapsule(store, capsule, tag)));

      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const winner = capsules[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      expect((await store.resolve(tag)).digest).toBe(winner?.digest);
      const loser = outcomes.find(({ status }) => status === 'rejected');
      expect(loser).toMatchObject({ reason: { code: expect.stringMatching(/^TAG_(LOST|TAKEN)$/) as string } });
    }
  });
});

describe('tagCapsule in a store that cannot hold writers apart', () => {
  it('reads the tag again, and says that the race is lost', async () => {
    const memory = new MemoryStore();
    const [ours, theirs] = [await pushManifest(memory, 'a'), await pushManifest(memory, 'b')];
    const store: Store = {
      fetch: (target, signal) => memory.fetch(target, signal),
      push: (target, content, signal) => memory.push(target, content, signal),
      exists: (target) => memory.exists(target),
      resolve: (reference) => memory.resolve(reference),
      tag: async (target, tag) => {
        await memory.tag(target, tag);
        await memory.tag(theirs, tag); // the other writer, right behind
      },
    };

    await expect(tagCapsule(store, ours, 'git-1')).rejects.toMatchObject({ code: 'TAG_LOST' });
  });
});
