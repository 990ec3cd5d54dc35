import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { verifyContent } from '../verified-stream.ts';
import type { ClientRequest, RegistryClient } from './client.ts';
import type { Answer } from './exchange.ts';
import { compareReportedDigest } from './manifest-get.ts';
import { resolveLocation } from './redirect.ts';
import { redactUrl } from './redact.ts';
import { withRetries, type Attempt } from './retry.ts';

/** Content that can be read again for each try. */
export type ContentFactory = () => AsyncIterable<Uint8Array>;

/**
 * Uploads a blob in one piece: a POST without a body opens the upload and settles the authorisation, one PUT carries
 * the content. The content is hashed on its way, and its last piece held back until it proves right, so that a wrong
 * one is never completed. A failure that may pass starts over with a new upload.
 * Source: OCI distribution-spec v1.1.1, "Pushing blobs", "POST then PUT".
 * @throws {OciError} `SIZE_MISMATCH`, `DIGEST_MISMATCH`, `REDIRECT_REFUSED`, and what the client throws.
 */
export async function uploadBlob(
  client: RegistryClient,
  expected: Descriptor,
  content: ContentFactory,
  signal?: AbortSignal,
): Promise<void> {
  // An empty body is sent without reading the source, so it is read here.
  if (expected.size === 0) await drain(verifyContent(expected, content(), signal));
  await withRetries(client.retry, () => tryUpload(client, expected, { content, signal }), signal);
}

interface UploadOptions {
  readonly content: ContentFactory;
  readonly signal: AbortSignal | undefined;
}

async function tryUpload(
  client: RegistryClient,
  expected: Descriptor,
  { content, signal }: UploadOptions,
): Promise<Attempt<void>> {
  const opened = await client.sendOnce(openingRequest(client), signal);
  if ('failure' in opened) return opened;
  const target = await uploadTarget(client, opened.value);
  const chunks = (): AsyncIterable<Uint8Array> => holdingBackLast(verifyContent(expected, content(), signal));
  const written = await client.sendOnce(
    {
      method: 'PUT',
      url: withDigest(target, expected),
      headers: { 'content-type': 'application/octet-stream' },
      body: { size: expected.size, chunks },
      access: 'push',
    },
    signal,
  );
  return 'failure' in written ? written : concluded(client, written.value, expected);
}

function openingRequest(client: RegistryClient): ClientRequest {
  return { method: 'POST', url: new URL('blobs/uploads/', client.url), headers: {}, access: 'push' };
}

async function uploadTarget(client: RegistryClient, answer: Answer): Promise<URL> {
  if (answer.status !== 202) throw await client.refusal(answer, 'POST', 'REPOSITORY_UNKNOWN');
  await answer.discard();
  const target = resolveLocation(answer.headers.get('location'), answer.url, client.transport.exchange.allowedHosts);
  if (target.origin === client.url.origin || client.uploadOrigins.has(target.origin)) return target;
  // GHSA-jxpm-75mh-9fp7: a registry must not direct our content, let alone our credentials, to any host it likes.
  throw new OciError('REDIRECT_REFUSED', `${client.url.host} wants the upload sent to ${redactUrl(target)}`, {
    hint: `If that host may take uploads, allow it by its origin, ${target.origin}.`,
  });
}

function withDigest(target: URL, { digest }: Descriptor): URL {
  const url = new URL(target);
  // Appended as text: parsing the registry's own query and writing it again could change a signed state.
  url.search = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}

async function concluded(client: RegistryClient, answer: Answer, expected: Descriptor): Promise<Attempt<void>> {
  if (answer.status === 201 || answer.status === 204) {
    await answer.discard();
    compareReportedDigest(answer.headers, expected.digest);
    return { value: undefined };
  }
  const failure = await client.refusal(answer, 'PUT', 'REPOSITORY_UNKNOWN');
  // 404 and 416: the registry lost the upload, as one of several instances without a shared state does.
  if (answer.status === 404 || answer.status === 416) return { failure };
  throw failure;
}

async function* holdingBackLast(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held !== undefined) yield held;
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) void chunk;
}
