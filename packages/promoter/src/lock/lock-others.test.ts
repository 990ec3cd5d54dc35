import { OciError } from '@release-capsule/oci';
import type { Digest } from '@release-capsule/schema';
import { describe, expect, it } from 'vitest';
import type { TaggedImage } from './lock-options.ts';
import { lockOthers } from './lock-others.ts';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const other: Digest = `sha256:${'b'.repeat(64)}`;

describe('lockOthers', () => {
  it('asks a registry once for each image, in full, and for none that has its digest', async () => {
    const asked: TaggedImage[] = [];
    const resolve = async (image: TaggedImage): Promise<Digest> => {
      asked.push(image);
      return digest;
    };
    const images = [{ name: 'redis', tag: '7' }, { name: 'docker.io/redis', tag: '7' }, { name: 'busybox' }, { name: 'quay.io/a/b', digest: other }];
    const { images: locked } = await lockOthers(images, { resolve, taken: [], isSeen: true });

    expect(asked).toEqual([{ repository: 'docker.io/library/redis', tag: '7' }, { repository: 'docker.io/library/busybox', tag: 'latest' }]);
    expect(locked).toEqual([
      { repository: 'docker.io/library/busybox', tag: 'latest', digest, names: [{ name: 'busybox' }] },
      { repository: 'docker.io/library/redis', tag: '7', digest, names: [{ name: 'redis', tag: '7' }, { name: 'docker.io/redis', tag: '7' }] },
      { repository: 'quay.io/a/b', digest: other, names: [{ name: 'quay.io/a/b' }] },
    ]);
  });

  it('gives no name that would mean two images', async () => {
    const images = [{ name: 'redis' }, { name: 'redis', tag: '7' }, { name: 'app', tag: 'worker' }];
    const { images: locked } = await lockOthers(images, { resolve: async () => digest, taken: [{ name: 'app', tag: 'web' }], isSeen: true });

    expect(locked.map(({ repository, tag, names }) => [repository, tag, names])).toEqual([
      ['docker.io/library/app', 'worker', [{ name: 'app', tag: 'worker' }]],
      ['docker.io/library/redis', '7', undefined],
      ['docker.io/library/redis', 'latest', undefined],
    ]);
  });

  it('leaves out what nothing resolves, and says so', async () => {
    const { images, warnings } = await lockOthers([{ name: 'redis', tag: '7' }], { taken: [], isSeen: true });

    expect(images).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'IMAGE_NOT_RESOLVED', message: expect.stringContaining('docker.io/library/redis:7') }]);
  });

  it('takes what was only shown for what may not exist', async () => {
    const refuse = async ({ repository }: TaggedImage): Promise<Digest> => {
      throw new OciError(repository.endsWith('busy') ? 'THROTTLED' : 'REFERENCE_UNKNOWN', 'no');
    };
    const options = { resolve: refuse, taken: [] };
    const { warnings } = await lockOthers([{ name: 'placeholder', tag: '1' }, { name: 'untagged' }], { ...options, isSeen: false });

    expect(warnings.map(({ code }) => code)).toEqual(['IMAGE_NOT_RESOLVED', 'IMAGE_NOT_RESOLVED']);
    await expect(lockOthers([{ name: 'placeholder', tag: '1' }], { ...options, isSeen: true })).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    await expect(lockOthers([{ name: 'busy', tag: '1' }], { ...options, isSeen: false })).rejects.toMatchObject({ code: 'THROTTLED' });
  });
});
