import { type Digest, isDigest } from '../digest.ts';
import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/** An image pinned by digest. */
export interface PinnedImage {
  /** Registry and repository: no scheme, no tag. */
  readonly repoURL: string;
  readonly tag?: string;
  readonly digest: Digest;
}

const repositoryPattern = /^[a-zA-Z0-9[][a-zA-Z0-9.\-[\]:]*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Parses `REPOSITORY[:TAG]@DIGEST`.
 * Source: OCI distribution-spec v1.1.1, "Pulling manifests", for the grammar of names and tags.
 * @throws {SchemaError} `IMAGE_INVALID`.
 */
export function parsePinnedImage(text: string): PinnedImage {
  const [name = '', digest, ...rest] = text.split('@');
  if (digest === undefined) {
    throw invalid(text, 'it has no digest', 'A tag can move; add the digest that CI pushed: repository:tag@sha256:...');
  }
  if (rest.length > 0 || !isDigest(digest)) throw invalid(text, 'its digest is not sha256 and 64 lower-case digits');
  const { repoURL, tag } = splitTag(name);
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(text, `"${tag}" is not a tag`);
  return { repoURL: parseRepository(repoURL), ...(tag !== undefined && { tag }), digest };
}

/**
 * Parses a registry and repository, `ghcr.io/example/app`.
 * @throws {SchemaError} `IMAGE_INVALID`.
 */
export function parseRepository(text: string): string {
  if (text.includes('://')) throw invalid(text, 'it has a scheme', 'Leave out what stands before the registry.');
  if (text.length > 512 || !repositoryPattern.test(text)) {
    throw invalid(text, 'it is not a repository', 'Give registry and repository in full, like ghcr.io/example/app.');
  }
  return text;
}

function splitTag(name: string): { repoURL: string; tag?: string } {
  const colon = name.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon === -1 || colon < name.lastIndexOf('/')) return { repoURL: name };
  return { repoURL: name.slice(0, colon), tag: name.slice(colon + 1) };
}

function invalid(text: string, why: string, hint?: string): SchemaError {
  const options = hint === undefined ? {} : { hint };
  return new SchemaError('IMAGE_INVALID', `${quote(redact(text))} is not an image reference: ${why}`, options);
}

/** Hides what stands before an `@` in the host part: people paste URLs with passwords in them. */
function redact(text: string): string {
  const scheme = text.indexOf('://');
  const start = scheme === -1 ? 0 : scheme + '://'.length;
  const [authority = ''] = text.slice(start).split('/', 1);
  const at = authority.lastIndexOf('@');
  // A digest is no secret, and neither is the name before it.
  if (at === -1 || /^sha(?:256|512):/.test(authority.slice(at + 1))) return text;
  return `${text.slice(0, start)}***${text.slice(start + at)}`;
}
