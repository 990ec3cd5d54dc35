import { maxMetadataBytes } from '../content.ts';
import type { Descriptor, Digest } from '../descriptor.ts';
import { digestOf } from '../digest.ts';
import { OciError } from '../errors.ts';
import { fallbackTag } from '../fallback-tag.ts';
import { mediaTypes } from '../media-types.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import type { RegistryClient } from './client.ts';
import { parseListedEntries } from './listed-entries.ts';
import { getManifest, type ReceivedManifest } from './manifest-get.ts';
import { putManifest } from './manifest-put.ts';

const maxTries = 6; // each lost update means that somebody else's was kept
const baseWaitMs = 100;

/**
 * Reads the entries listed under the fallback tag; none where there is no such tag.
 * @throws {OciError} `MANIFEST_INVALID` where the tag holds something else, and what the client throws.
 */
export async function readFallbackEntries(
  client: RegistryClient,
  subject: Digest,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  const received = await getFallback(client, subject, signal);
  if (received === undefined) return [];
  return parseListedEntries(received.bytes, `the referrers under ${fallbackTag(subject)}`);
}

/**
 * Adds a referrer to the index under the fallback tag. Registries do not lock it: the index is written under the
 * condition that it is still the one read, where the registry honours that, then read again until it holds the entry.
 * A writer that has checked already can still be overwritten by one that read before: no registry without conditional
 * requests can rule that out.
 * @throws {OciError} `TAG_CONFLICT` where other writers win again and again.
 */
export async function addToFallback(
  client: RegistryClient,
  { subject, referrer }: { readonly subject: Digest; readonly referrer: Descriptor },
  signal?: AbortSignal,
): Promise<void> {
  const { clock } = client.retry;
  for (let tried = 0; tried <= maxTries; tried++) {
    if (tried > 1) await clock.sleep(baseWaitMs * 2 ** tried * clock.random(), signal);
    const received = await getFallback(client, subject, signal);
    if (lists(received, referrer.digest)) return;
    if (tried < maxTries) await writeWith(client, { subject, referrer, received }, signal);
  }
  const lost = `the referrer ${referrer.digest} was lost from ${fallbackTag(subject)} ${maxTries} times`;
  throw new OciError('TAG_CONFLICT', lost, {
    hint: 'Others write referrers of the same manifest at the same time; try again.',
  });
}

async function getFallback(
  client: RegistryClient,
  subject: Digest,
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

function lists(received: ReceivedManifest | undefined, digest: Digest): boolean {
  if (received === undefined) return false;
  const entries = parseListedEntries(received.bytes, 'the referrers');
  return entries.some((entry) => isJsonObject(entry) && entry['digest'] === digest);
}

interface FallbackWrite {
  readonly subject: Digest;
  readonly referrer: Descriptor;
  readonly received: ReceivedManifest | undefined;
}

async function writeWith(client: RegistryClient, write: FallbackWrite, signal?: AbortSignal): Promise<void> {
  const { subject, referrer, received } = write;
  const bytes = indexBytes(received, referrer);
  const reference = fallbackTag(subject);
  if (bytes.length > maxMetadataBytes) {
    throw new OciError('LIMIT_EXCEEDED', `the index ${reference} would be larger than ${maxMetadataBytes} bytes`);
  }
  const index = { reference, mediaType: mediaTypes.imageIndex, digest: digestOf(bytes), bytes };
  try {
    await putManifest(client, { ...index, conditions: conditionsFor(received) }, signal);
  } catch (error) {
    // The condition failed: somebody wrote in between; the next try reads what.
    if (!(error instanceof OciError) || error.code !== 'TAG_CONFLICT') throw error;
  }
}

function conditionsFor(received: ReceivedManifest | undefined): Readonly<Record<string, string>> {
  if (received === undefined) return { 'if-none-match': '*' };
  return received.etag === undefined ? {} : { 'if-match': received.etag };
}

function indexBytes(received: ReceivedManifest | undefined, referrer: Descriptor): Uint8Array {
  const known = received === undefined ? {} : parseStrictJson(received.bytes, 'the referrers');
  const entries = received === undefined ? [] : parseListedEntries(received.bytes, 'the referrers');
  // What others wrote stays as it is, entries that we cannot read included.
  const index = {
    ...(isJsonObject(known) ? known : {}),
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    manifests: [...entries, referrer],
  };
  return Buffer.from(JSON.stringify(index));
}
