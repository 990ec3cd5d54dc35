import { maxMetadataBytes } from '../content.ts';
import type { Descriptor, OciDigest } from '../descriptor.ts';
import { digestOf } from '../digest.ts';
import { OciError } from '../errors.ts';
import { fallbackTag } from '../fallback-tag.ts';
import { mediaTypes } from '../media-types.ts';
import { addToSharedList, type ReadList, type SharedList } from '../shared-list.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import type { RegistryClient } from './client.ts';
import { immutableIndex } from './immutable-index.ts';
import { parseListedEntries } from './listed-entries.ts';
import { getManifest, type ReceivedManifest } from './manifest-get.ts';
import { putManifestOnce } from './manifest-put.ts';
import { backoffMs } from './retry.ts';

/**
 * Reads the entries listed under the fallback tag; none where there is no such tag.
 * @throws {OciError} `MANIFEST_INVALID` where the tag holds something else, and what the client throws.
 */
export async function readFallbackEntries(
  client: RegistryClient,
  subject: OciDigest,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  return entriesOf(await getFallback(client, subject, signal), fallbackTag(subject));
}

/**
 * Adds referrers to the index under the fallback tag, all in one write, and returns once they stand there: registries do
 * not hold its writers apart.
 * @throws {OciError} `TAG_CONFLICT` where other writers win again and again, `TAG_IMMUTABLE` where the registry lets the
 * index be written only once.
 */
export async function addToFallback(
  client: RegistryClient,
  { subject, referrers }: { readonly subject: OciDigest; readonly referrers: readonly Descriptor[] },
  signal?: AbortSignal,
): Promise<void> {
  const list = new FallbackIndex(client, subject, signal);
  const context = { clock: client.retry.clock, policy: client.fallbackIndex, signal };
  if (await addToSharedList(list, referrers, context)) return;
  const lost = referrers.map(({ digest }) => digest).join(', ');
  const often = `${client.fallbackIndex.attempts} times`;
  throw new OciError('TAG_CONFLICT', `${lost} was stored, but other writers removed it from the index ${list.tag} ${often}`, {
    hint: 'Others write referrers of the same manifest at the same time. Run the command again.',
  });
}

type ReadIndex = ReadList<unknown, ReceivedManifest | undefined>;

class FallbackIndex implements SharedList<unknown, ReceivedManifest | undefined> {
  readonly tag: string;
  readonly #client: RegistryClient;
  readonly #subject: OciDigest;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(client: RegistryClient, subject: OciDigest, signal: AbortSignal | undefined) {
    this.tag = fallbackTag(subject);
    this.#client = client;
    this.#subject = subject;
    this.#signal = signal;
  }

  keyOf(entry: unknown): string {
    return isJsonObject(entry) && typeof entry['digest'] === 'string' ? entry['digest'] : JSON.stringify(entry);
  }

  async read(): Promise<ReadIndex> {
    const version = await getFallback(this.#client, this.#subject, this.#signal);
    return { items: entriesOf(version, this.tag), version };
  }

  async write(read: ReadIndex, added: readonly unknown[]): Promise<void> {
    const bytes = indexBytes(read, added);
    if (bytes.length > maxMetadataBytes) {
      throw new OciError('LIMIT_EXCEEDED', `the index ${this.tag} would be larger than ${maxMetadataBytes} bytes`);
    }
    try {
      await this.#put(bytes, conditionsFor(read.version));
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      if (error.code === 'TAG_IMMUTABLE') throw immutableIndex(error, this.#client.url.host, this.#subject);
      // The condition failed: another writer came first. The next reading shows what it wrote.
      if (error.code !== 'TAG_CONFLICT') throw error;
    }
  }

  // What failed is not sent again as it is: by then it is older than what others have written.
  async #put(bytes: Uint8Array, conditions: Readonly<Record<string, string>>): Promise<void> {
    const { retry } = this.#client;
    const index = { reference: this.tag, mediaType: mediaTypes.imageIndex, digest: digestOf(bytes), bytes, conditions };
    const tried = await putManifestOnce(this.#client, index, this.#signal);
    if ('value' in tried) return;
    const { failure, retryAfterMs = 0 } = tried;
    if (++this.#failures >= retry.policy.attempts || retryAfterMs > retry.policy.maxRetryAfterMs) throw failure;
    await retry.clock.sleep(Math.max(retryAfterMs, backoffMs(retry, this.#failures)), this.#signal);
  }
}

async function getFallback(
  client: RegistryClient,
  subject: OciDigest,
  signal?: AbortSignal,
): Promise<ReceivedManifest | undefined> {
  const received = await getManifest(client, fallbackTag(subject), signal).catch(noneIfUnknown);
  // GitLab takes the tag for the digest that it spells, and answers with the subject itself.
  if (received === undefined || received.descriptor.digest === subject) return undefined;
  if (received.descriptor.mediaType === mediaTypes.imageIndex) return received;
  throw new OciError('MANIFEST_INVALID', `the tag ${fallbackTag(subject)} holds ${received.descriptor.mediaType}`, {
    hint: 'The tag is reserved for the index of referrers; remove what was pushed there.',
  });
}

function noneIfUnknown(error: unknown): undefined {
  if (error instanceof OciError && error.code === 'REFERENCE_UNKNOWN') return undefined;
  throw error;
}

function entriesOf(received: ReceivedManifest | undefined, tag: string): readonly unknown[] {
  return received === undefined ? [] : parseListedEntries(received.bytes, `the referrers under ${tag}`);
}

function conditionsFor(received: ReceivedManifest | undefined): Readonly<Record<string, string>> {
  if (received === undefined) return { 'if-none-match': '*' };
  return received.etag === undefined ? {} : { 'if-match': received.etag };
}

function indexBytes({ items, version }: ReadIndex, added: readonly unknown[]): Uint8Array {
  const known = version === undefined ? {} : parseStrictJson(version.bytes, 'the referrers');
  // What others wrote stays as it is, entries that we cannot read included.
  const index = {
    ...(isJsonObject(known) ? known : {}),
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    manifests: [...items, ...added],
  };
  return Buffer.from(JSON.stringify(index));
}
