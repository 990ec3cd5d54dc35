import { locationShape, registryOptionsShape } from '../argument-shapes.ts';
import { assertArguments } from '../assert-arguments.ts';
import { contentOf, maxMetadataBytes, readAll } from '../content.ts';
import type { Descriptor } from '../descriptor.ts';
import { isOciDigest } from '../digest.ts';
import { OciError } from '../errors.ts';
import { inlineContent, withInlineContent } from '../inline-content.ts';
import { parseAnyManifest } from '../manifest.ts';
import { isManifestType, manifestMediaTypes } from '../media-types.ts';
import type { ListedReferrer, ReferrerBatcher, ReferrerLister, Store } from '../ports.ts';
import { readBounded } from '../read-bounded.ts';
import { parseTag } from '../reference/tag.ts';
import { describeReferrer } from '../referrers.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import { verifiedStream, verifyContent } from '../verified-stream.ts';
import { openBlob } from './blob-download.ts';
import { uploadBlob, type ContentFactory } from './blob-upload.ts';
import { type ClientRequest, RegistryClient } from './client.ts';
import type { Answer } from './exchange.ts';
import { compareReportedDigest, getManifest } from './manifest-get.ts';
import { putManifest } from './manifest-put.ts';
import type { RegistryLocation, RegistryOptions } from './options.ts';
import { type PushedReferrer, RegistryReferrers } from './registry-referrers.ts';

/**
 * Opens a repository of a registry. Nothing is sent until the store is used.
 * @throws {OciError} `OPTION_INVALID`, `REFERENCE_INVALID`.
 */
export function openRegistry(location: RegistryLocation, options: RegistryOptions = {}): RegistryStore {
  assertArguments({ location: locationShape, options: registryOptionsShape }, { location, options });
  return new RegistryStore(new RegistryClient(location, options));
}

/** Content in a repository of an OCI registry. Source: OCI distribution-spec v1.1.1. */
export class RegistryStore implements Store, ReferrerLister, ReferrerBatcher {
  readonly #client: RegistryClient;
  readonly #referrers: RegistryReferrers;
  readonly #announce: (pushed: PushedReferrer, signal?: AbortSignal) => Promise<void>;

  constructor(
    client: RegistryClient,
    referrers: RegistryReferrers = new RegistryReferrers(client),
    announce = (pushed: PushedReferrer, signal?: AbortSignal): Promise<void> => referrers.announce([pushed], signal),
  ) {
    this.#client = client;
    this.#referrers = referrers;
    this.#announce = announce;
  }

  async fetch(target: Descriptor, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    signal?.throwIfAborted();
    return verifiedStream(target, await this.#open(target, signal), signal);
  }

  async resolve(reference: string, signal?: AbortSignal): Promise<Descriptor> {
    const checked = isOciDigest(reference) ? reference : parseTag(reference);
    const { descriptor, bytes } = await getManifest(this.#client, checked, signal);
    return withInlineContent(descriptor, bytes);
  }

  async exists(target: Descriptor, signal?: AbortSignal): Promise<boolean> {
    const isManifest = isManifestType(target.mediaType);
    const url = new URL(`${isManifest ? 'manifests' : 'blobs'}/${target.digest}`, this.#client.url);
    const headers: Record<string, string> = isManifest ? { accept: manifestMediaTypes.join(', ') } : {};
    const answer = await this.#client.send({ method: 'HEAD', url, headers, access: 'pull' }, signal);
    await answer.discard();
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw await this.#refusalOfHead(answer, { url, headers, signal });
    compareReportedDigest(answer.headers, target.digest);
    return true;
  }

  async push(expected: Descriptor, content: ContentFactory, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (isManifestType(expected.mediaType)) return this.#pushManifest(expected, content, signal);
    if (await this.exists(expected, signal)) return;
    await uploadBlob(this.#client, expected, content, signal);
  }

  async tag(target: Descriptor, tag: string, signal?: AbortSignal): Promise<void> {
    const reference = parseTag(tag);
    const { mediaType, digest } = target;
    const bytes = await readAll(this, target, { maxBytes: maxMetadataBytes, signal });
    await putManifest(this.#client, { reference, mediaType, digest, bytes }, signal);
  }

  referrers(subject: Descriptor, artifactType?: string, signal?: AbortSignal): AsyncIterable<ListedReferrer> {
    return this.#referrers.list({ subject: subject.digest, artifactType, signal });
  }

  async pushTogether<T>(work: (store: Store & ReferrerLister) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const pushed = new Map<string, PushedReferrer>();
    const keep = async (one: PushedReferrer): Promise<void> => void pushed.set(one.referrer.digest, one);
    const done = await work(new RegistryStore(this.#client, this.#referrers, keep));
    await this.#referrers.announce([...pushed.values()], signal);
    return done;
  }

  async #open(target: Descriptor, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
    const inline = inlineContent(target);
    if (inline !== undefined) return contentOf(inline)();
    if (!isManifestType(target.mediaType)) return openBlob(this.#client, target, signal);
    const { descriptor, bytes } = await getManifest(this.#client, target.digest, signal).catch(contentUnknown);
    if (descriptor.mediaType === target.mediaType) return contentOf(bytes)();
    throw new OciError('MANIFEST_INVALID', `${target.digest} is ${descriptor.mediaType}, wanted ${target.mediaType}`);
  }

  /** An answer to HEAD has no body: what the registry has to say, it says to a GET. */
  async #refusalOfHead(
    head: Answer,
    { url, headers, signal }: Pick<ClientRequest, 'url' | 'headers'> & { readonly signal: AbortSignal | undefined },
  ): Promise<OciError> {
    const told = await this.#client.send({ method: 'GET', url, headers, access: 'pull' }, signal);
    if (told.status === head.status) return this.#client.refusal(told, 'GET', 'BLOB_UNKNOWN');
    await told.discard();
    return this.#client.refusal(head, 'HEAD', 'BLOB_UNKNOWN');
  }

  async #pushManifest(expected: Descriptor, content: ContentFactory, signal: AbortSignal | undefined): Promise<void> {
    const { mediaType, digest } = expected;
    const what = `the manifest ${digest}`;
    const bytes = await readBounded(verifyContent(expected, content(), signal), maxMetadataBytes, what);
    const referrer = pushedReferrer(expected, bytes);
    const { subjectIndexed } = await putManifest(this.#client, { reference: digest, mediaType, digest, bytes }, signal);
    if (referrer !== undefined) await this.#announce({ ...referrer, subjectIndexed }, signal);
  }
}

function contentUnknown(error: unknown): never {
  if (!(error instanceof OciError) || error.code !== 'REFERENCE_UNKNOWN') throw error;
  throw new OciError('BLOB_UNKNOWN', error.message, { cause: error });
}

function pushedReferrer(
  pushed: Descriptor,
  bytes: Uint8Array,
): { readonly subject: Descriptor['digest']; readonly referrer: Descriptor } | undefined {
  const json = parseStrictJson(bytes, `the manifest ${pushed.digest}`);
  if (!isJsonObject(json) || json['subject'] === undefined) return undefined;
  const manifest = parseAnyManifest(bytes, pushed.mediaType);
  if (manifest.subject === undefined) return undefined;
  return { subject: manifest.subject.digest, referrer: describeReferrer(pushed, manifest) };
}
