import { maxMetadataBytes } from '../content.ts';
import type { OciDigest } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { mediaTypes } from '../media-types.ts';
import type { ClientRequest, RegistryClient } from './client.ts';
import type { Answer } from './exchange.ts';
import { parseListedEntries } from './listed-entries.ts';
import { nextPageUrl } from './link.ts';
import { contentType } from './manifest-get.ts';
import { isRedirect } from './redirect.ts';
import { sendAndRead, type ReadAnswer } from './send-and-read.ts';

/** What is asked of the referrers API. */
export interface ReferrersQuery {
  readonly subject: OciDigest;
  readonly artifactType: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const maxPages = 50; // signatures and attestations of one release fit on one
const maxEntries = 5_000;

/** One page of a listing, as it was received. */
export interface ReferrerPage {
  readonly bytes: Uint8Array;
  readonly url: URL;
  /** The Link header. */
  readonly link: string | null;
}

/**
 * What the referrers API answered: a first page; that there is no such API; or that it does not know the subject,
 * which leaves open whether there is such an API.
 */
export type ApiAnswer =
  | { readonly kind: 'listing'; readonly page: ReferrerPage }
  | { readonly kind: 'unsupported' | 'subject unknown' };

/**
 * Asks the referrers API for its first page, of all artifact types: some registries list a referrer under its
 * config's type, and would filter away what is looked for. A throttled, failing or forbidding registry is an error:
 * "could not look" must not become "not signed".
 * Source: OCI distribution-spec v1.1.1, "Listing Referrers".
 * @throws {OciError} `UNAUTHORIZED`, `FORBIDDEN`, `THROTTLED`, `UNAVAILABLE` and what else the client throws.
 */
export async function askReferrersApi(client: RegistryClient, query: ReferrersQuery): Promise<ApiAnswer> {
  const url = new URL(`referrers/${query.subject}`, client.url);
  const { answer, bytes } = await readPage(client, url, query);
  if (bytes !== undefined) {
    // A 200 of another type is a web page that answers every path.
    const isIndex = contentType(answer) === mediaTypes.imageIndex;
    return isIndex ? { kind: 'listing', page: pageOf(answer, bytes) } : { kind: 'unsupported' };
  }
  const error = await client.refusal(answer, 'GET', 'UNSUPPORTED');
  if (!saysUnsupported(answer)) throw error;
  return { kind: error.code.endsWith('_UNKNOWN') ? 'subject unknown' : 'unsupported' };
}

/**
 * Reads the entries of a listing from its first page on, page by page.
 * @throws {OciError} `LIMIT_EXCEEDED` past 50 pages or 5,000 entries, once all up to there were passed on.
 */
export async function* readReferrerPages(
  client: RegistryClient,
  first: ReferrerPage,
  query: ReferrersQuery,
): AsyncGenerator {
  const what = `the referrers of ${query.subject}`;
  let current = first;
  let entries = 0;
  for (let page = 1; ; page++) {
    for (const entry of parseListedEntries(current.bytes, what)) {
      if (++entries > maxEntries) throw tooMany(what);
      yield entry;
    }
    const next = nextPageUrl(current.link, current.url);
    if (next === undefined) return;
    if (page >= maxPages) throw tooMany(what);
    const { answer, bytes } = await readPage(client, next, query);
    if (bytes === undefined) throw await brokenOff(client, answer, what);
    current = pageOf(answer, bytes);
  }
}

/**
 * Passes on the entries of a list that was read whole.
 * @throws {OciError} `LIMIT_EXCEEDED` past 5,000 entries, once all up to there were passed on.
 */
export function* boundedEntries(entries: readonly unknown[], { subject }: ReferrersQuery): Generator {
  yield* entries.slice(0, maxEntries);
  if (entries.length > maxEntries) throw tooMany(`the referrers of ${subject}`);
}

function readPage(client: RegistryClient, url: URL, { subject, signal }: ReferrersQuery): Promise<ReadAnswer> {
  const options = { maxBytes: maxMetadataBytes, what: `the list of referrers of ${subject}`, signal };
  return sendAndRead(client.retry, () => client.sendOnce(pageRequest(url), signal), options);
}

function pageOf({ url, headers }: Answer, bytes: Uint8Array): ReferrerPage {
  return { bytes, url, link: headers.get('link') };
}

function pageRequest(url: URL): ClientRequest {
  // GHCR redirects the path to a web page elsewhere: that is its way to say that there is no such API.
  return { method: 'GET', url, headers: { accept: mediaTypes.imageIndex }, redirect: 'same-origin', access: 'pull' };
}

function saysUnsupported({ status }: Answer): boolean {
  return status === 400 || status === 404 || status === 405 || status === 501 || isRedirect(status);
}

// "Unknown" could be read as "there are none": a listing that ends in a 404 is not one that ends.
async function brokenOff(client: RegistryClient, answer: Answer, what: string): Promise<OciError> {
  const cause = await client.refusal(answer, 'GET', 'PROTOCOL_ERROR');
  if (answer.status !== 404) return cause;
  return new OciError('PROTOCOL_ERROR', `${what} break off: ${cause.message}`, { cause });
}

function tooMany(what: string): OciError {
  return new OciError('LIMIT_EXCEEDED', `${what} are more than ${maxEntries}, or on more than ${maxPages} pages`);
}
