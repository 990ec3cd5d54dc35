import type { Descriptor, ReadableStore } from '@release-capsule/oci';
import { collect } from '../../../packages/oci/src/testing/collect.ts';
import type { SubscribedRepository } from './subscribed-repository.ts';

/** Shows a store of ours as a registry answers: each manifest with its media type, by the tags that have landed. */
export function storeRepository(repoURL: string, store: ReadableStore, tags: () => readonly string[]): SubscribedRepository {
  const read = async (descriptor: Descriptor): Promise<Buffer> => Buffer.concat(await collect(await store.fetch(descriptor)));
  return {
    repoURL,
    async listTags() {
      return tags();
    },
    async getManifest(tag) {
      const descriptor = await store.resolve(tag);
      return { contentType: descriptor.mediaType, digest: descriptor.digest, body: await read(descriptor) };
    },
    getBlob() {
      throw new Error(`${repoURL}: a capsule's config stands in its manifest`);
    },
  };
}
