import type { OciDigest } from '../descriptor.ts';
import { compareReportedDigest } from './manifest-get.ts';
import type { RegistryClient } from './client.ts';
import { withRetries, type Attempt } from './retry.ts';

/** A manifest to be written, and under which name. */
export interface ManifestWrite {
  /** A tag or the manifest's own digest. */
  readonly reference: string;
  readonly mediaType: string;
  readonly digest: OciDigest;
  readonly bytes: Uint8Array;
  /** Further headers: the conditions under which the registry shall write. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** What the registry said about a manifest that it took. */
export interface WrittenManifest {
  /** The registry keeps an index of what refers to the manifest's subject (its `OCI-Subject` header), or says so. */
  readonly subjectIndexed: boolean;
}

/**
 * Puts a manifest under a tag or its digest; putting the same bytes again changes nothing.
 * Source: OCI distribution-spec v1.1.1, "Pushing Manifests".
 * @throws {OciError} `BLOB_UNKNOWN` where content it lists is missing, `MANIFEST_INVALID`, `TAG_CONFLICT`,
 * `DIGEST_MISMATCH`, and what the client throws.
 */
export function putManifest(client: RegistryClient, write: ManifestWrite, signal?: AbortSignal): Promise<WrittenManifest> {
  return withRetries(client.retry, () => putManifestOnce(client, write, signal), signal);
}

/** As {@link putManifest}, but without a second try, for those who must read again before they write again. */
export async function putManifestOnce(
  client: RegistryClient,
  write: ManifestWrite,
  signal?: AbortSignal,
): Promise<Attempt<WrittenManifest>> {
  const url = new URL(`manifests/${write.reference}`, client.url);
  const headers = { 'content-type': write.mediaType, ...write.conditions };
  const body = { size: write.bytes.length, chunks: () => ReadableStream.from([write.bytes]) };
  const sent = await client.sendOnce({ method: 'PUT', url, headers, body, access: 'push' }, signal);
  if ('failure' in sent) return sent;
  const answer = sent.value;
  if (answer.status < 200 || answer.status > 299) throw await client.refusal(answer, 'PUT', 'REPOSITORY_UNKNOWN');
  await answer.discard();
  compareReportedDigest(answer.headers, write.digest);
  return { value: { subjectIndexed: answer.headers.has('oci-subject') } };
}
