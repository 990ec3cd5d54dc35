import { maxMetadataBytes } from '../content.ts';
import type { Descriptor, OciDigest } from '../descriptor.ts';
import { digestAlgorithm, digestOf, isOciDigest } from '../digest.ts';
import { OciError } from '../errors.ts';
import { isManifestType, manifestMediaTypes } from '../media-types.ts';
import { isJsonObject, parseStrictJson } from '../strict-json.ts';
import type { RegistryClient } from './client.ts';
import type { Answer } from './exchange.ts';
import { redactText } from './redact.ts';
import type { Attempt } from './retry.ts';
import { sendAndRead } from './send-and-read.ts';

/** A manifest as it was received; `bytes` hash to the descriptor's digest. */
export interface ReceivedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** A strong entity tag, for a conditional update. */
  readonly etag: string | undefined;
}

/**
 * Gets a manifest or index by tag or digest. What counts is what the received bytes hash to, never what a header says.
 * Source: OCI distribution-spec v1.1.1, "Pulling manifests".
 * @throws {OciError} `REFERENCE_UNKNOWN`, `REPOSITORY_UNKNOWN`, `DIGEST_MISMATCH`, `LIMIT_EXCEEDED`,
 * `MANIFEST_INVALID`, `PROTOCOL_ERROR`, and what the client throws.
 */
export async function getManifest(
  client: RegistryClient,
  reference: string,
  signal?: AbortSignal,
): Promise<ReceivedManifest> {
  const url = new URL(`manifests/${reference}`, client.url);
  // Some registries answer 404 to a client that does not name the type.
  const headers = { accept: manifestMediaTypes.join(', ') };
  const send = (): Promise<Attempt<Answer>> => client.sendOnce({ method: 'GET', url, headers, access: 'pull' }, signal);
  const options = { maxBytes: maxMetadataBytes, what: `the manifest ${reference}`, signal };
  const { answer, bytes } = await sendAndRead(client.retry, send, options);
  if (bytes === undefined) throw await client.refusal(answer, 'GET', 'REFERENCE_UNKNOWN');
  const digest = checkedDigest(bytes, reference, answer.headers);
  const mediaType = agreedMediaType(bytes, contentType(answer), digest);
  const etag = answer.headers.get('etag');
  return {
    descriptor: { mediaType, digest, size: bytes.length },
    bytes,
    etag: etag === null || etag.startsWith('W/') ? undefined : etag,
  };
}

/** Reads the media type of an answer, without parameters and in lower case; empty where it has none. */
export function contentType(answer: Answer): string {
  return (answer.headers.get('content-type')?.split(';')[0] ?? '').trim().toLowerCase();
}

/**
 * Compares the digest that a registry reports with the one that is right; registries may leave it out.
 * @throws {OciError} `DIGEST_MISMATCH`.
 */
export function compareReportedDigest(headers: Headers, digest: OciDigest): void {
  const reported = headers.get('docker-content-digest');
  // Another algorithm says nothing about this digest.
  if (reported === null || !isOciDigest(reported) || digestAlgorithm(reported) !== digestAlgorithm(digest)) return;
  if (reported === digest) return;
  throw new OciError('DIGEST_MISMATCH', `the registry calls the content ${reported}, but it hashes to ${digest}`, {
    hint: 'The registry, or a proxy before it, is broken or lies. Do not use the content.',
  });
}

function checkedDigest(bytes: Uint8Array, reference: string, headers: Headers): OciDigest {
  const digest = digestOf(bytes, isOciDigest(reference) ? digestAlgorithm(reference) : 'sha256');
  if (isOciDigest(reference) && digest !== reference) {
    throw new OciError('DIGEST_MISMATCH', `the registry answered ${reference} with content that hashes to ${digest}`, {
      hint: 'The registry, or a proxy before it, is broken or lies. Do not use the content.',
    });
  }
  compareReportedDigest(headers, digest);
  return digest;
}

// Header and body must agree: a client that believes the one must not read another document than one that believes
// the other. Source: OCI distribution-spec v1.1.1, "Pulling manifests"; CVE-2021-41190.
function agreedMediaType(bytes: Uint8Array, header: string, digest: OciDigest): string {
  const stated = parseMediaTypeField(bytes, digest);
  const mediaType = header === '' ? stated : header;
  if (mediaType === undefined || !isManifestType(mediaType)) {
    throw new OciError('MANIFEST_INVALID', `${digest} is not a manifest: its type is ${quote(mediaType ?? '')}`);
  }
  if (stated !== undefined && stated !== mediaType) {
    const both = `${quote(header)} by its Content-Type, ${quote(stated)} by its mediaType`;
    throw new OciError('MANIFEST_INVALID', `${digest} is two things at once: ${both}`);
  }
  return mediaType;
}

function parseMediaTypeField(bytes: Uint8Array, digest: OciDigest): string | undefined {
  const body = parseStrictJson(bytes, `the manifest ${digest}`);
  if (!isJsonObject(body)) throw new OciError('MANIFEST_INVALID', `the manifest ${digest} is not a JSON object`);
  const stated = body['mediaType'];
  if (stated === undefined || typeof stated === 'string') return stated;
  throw new OciError('MANIFEST_INVALID', `the mediaType of ${digest} is not a string`);
}

function quote(text: string): string {
  return JSON.stringify(redactText(text));
}
