import {
  copyGraph,
  type Descriptor,
  digestOf,
  MemoryStore,
  OciError,
  type OciErrorCode,
  type ReadableStore,
  type ReferrerLister,
} from '@release-capsule/oci';
import { altered } from '../../packages/verifier/src/signature/testing/altered-store.ts';
import { bytesOf } from './signing.ts';

/** What a verification reads from. */
export type CapsuleStore = ReadableStore & ReferrerLister;

/** Copies capsules with their signatures into a new store, and points tags at them. */
export async function copyOf(
  store: MemoryStore,
  capsules: readonly Descriptor[],
  tags: Readonly<Record<string, Descriptor>> = {},
): Promise<MemoryStore> {
  const copy = new MemoryStore();
  for (const capsule of capsules) await copyGraph(store, copy, capsule, { referrers: true });
  for (const [tag, target] of Object.entries(tags)) await copy.tag(target, tag);
  return copy;
}

/** A store that hands out these bytes for one digest, as if nobody checked. */
export function lyingAbout(store: CapsuleStore, digest: string, bytes: Uint8Array): CapsuleStore {
  return altered(store, {
    fetch: (target, signal) => (target.digest === digest ? Promise.resolve(streamOf(bytes)) : store.fetch(target, signal)),
    resolve: async (reference, signal) => {
      const found = await store.resolve(reference, signal);
      return found.digest === digest ? { ...found, data: Buffer.from(bytes).toString('base64') } : found;
    },
  });
}

/** A store that holds a manifest which pushing would have refused. */
export function holding(store: CapsuleStore, bytes: Uint8Array): { readonly descriptor: Descriptor; readonly held: CapsuleStore } {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
  const held = altered(store, {
    fetch: (target, signal) => (target.digest === descriptor.digest ? Promise.resolve(streamOf(bytes)) : store.fetch(target, signal)),
    resolve: (reference, signal) => (reference === descriptor.digest ? Promise.resolve(descriptor) : store.resolve(reference, signal)),
  });
  return { descriptor, held };
}

/** What a verification of a signed capsule reads, part by part. */
export type CapsuleParts = Readonly<Record<'manifest' | 'layer' | 'signature' | 'bundle', Descriptor>>;

/** Finds the parts of a capsule that has one signature. */
export async function partsOf(store: MemoryStore, capsule: Descriptor): Promise<CapsuleParts> {
  const [signature] = await Array.fromAsync(store.referrers(capsule));
  if (signature === undefined) throw new Error('it is signed');
  const [layer] = JSON.parse((await bytesOf(store, capsule)).toString()).layers;
  const [bundle] = JSON.parse((await bytesOf(store, signature)).toString()).layers;
  return { manifest: bareOf(capsule), layer, signature: bareOf(signature), bundle };
}

/** A store that fails with `code` to fetch one digest. */
export function failingToFetch(store: CapsuleStore, digest: string, code: OciErrorCode): CapsuleStore {
  return altered(store, {
    fetch: (target, signal) => (target.digest === digest ? Promise.reject(failure(code)) : store.fetch(target, signal)),
    resolve: async (reference, signal) => bareOf(await store.resolve(reference, signal)),
  });
}

/** A store that fails with `code` to list referrers, after those that it has. */
export function failingToList(store: CapsuleStore, code: OciErrorCode, listed = 0): CapsuleStore {
  return altered(store, {
    async *referrers(subject, artifactType, signal) {
      let left = listed;
      for await (const referrer of store.referrers(subject, artifactType, signal)) {
        if ((left -= 1) < 0) break;
        yield referrer;
      }
      throw failure(code);
    },
  });
}

/** A store that fails with `code` to resolve anything. */
export function failingToResolve(store: CapsuleStore, code: OciErrorCode): CapsuleStore {
  return altered(store, { resolve: () => Promise.reject(failure(code)) });
}

function failure(code: OciErrorCode): OciError {
  return new OciError(code, 'the registry of a test says so');
}

function bareOf({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

/** Streams bytes that nobody has checked. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
