import { describeContent, contentOf } from '../../content.ts';
import type { Descriptor } from '../../descriptor.ts';
import { mediaTypes } from '../../media-types.ts';
import type { Store } from '../../ports.ts';
import type { RegistryOptions } from '../options.ts';
import { openRegistry, type RegistryStore } from '../registry-store.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeRegistry, type FakeRegistryOptions } from './fake-registry.ts';

/** A fake registry and a store that speaks to its repository `acme/app`; stops with the `using` block. */
export interface TestRepository extends AsyncDisposable {
  readonly registry: FakeRegistry;
  readonly store: RegistryStore;
  readonly clock: FakeClock;
}

/** The repository that tests use. */
export const repositoryName = 'acme/app';

/** Starts a fake registry and opens its repository. */
export async function startRepository(
  fake: FakeRegistryOptions = {},
  options: RegistryOptions = {},
): Promise<TestRepository> {
  const registry = await FakeRegistry.start(fake);
  const clock = new FakeClock();
  const store = openRegistry({ registry: registry.host, repository: repositoryName }, { clock, ...options });
  return { registry, store, clock, [Symbol.asyncDispose]: () => registry.stop() };
}

/** Makes the bytes of a manifest with an empty config and one layer. */
export function manifestBytes(fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const empty = describeContent(mediaTypes.empty, Buffer.from('{}'));
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.imageManifest, config: empty, layers: [], ...fields };
  return Buffer.from(JSON.stringify(manifest));
}

/** Pushes a manifest made by {@link manifestBytes} with its config. */
export async function pushManifest(
  store: Store,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Descriptor> {
  const config = Buffer.from('{}');
  await store.push(describeContent(mediaTypes.empty, config), contentOf(config));
  const bytes = manifestBytes(fields);
  const descriptor = describeContent(mediaTypes.imageManifest, bytes);
  await store.push(descriptor, contentOf(bytes));
  return descriptor;
}

/** Reads a stream to its end. */
export async function readStream(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads an iteration to its end. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
