import { isTag, normaliseRegistry, parseName, redactReference, splitTag } from '@release-capsule/core';
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

const maxRepositoryCharacters = 512; // docs/format.md, "The record"

/**
 * Parses `REPOSITORY[:TAG]@DIGEST`.
 * @throws {SchemaError} `IMAGE_INVALID`.
 */
export function parsePinnedImage(text: string): PinnedImage {
  const [name = '', digest, ...rest] = text.split('@');
  if (digest === undefined) {
    throw invalid(text, 'it has no digest', 'A tag can move; add the digest that CI pushed: repository:tag@sha256:...');
  }
  if (rest.length > 0 || !isDigest(digest)) throw invalid(text, 'its digest is not sha256 and 64 lower-case digits');
  const { name: repoURL, tag } = splitTag(name);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `"${tag}" is not a tag`);
  return { repoURL: parseRepository(repoURL), ...(tag !== undefined && { tag }), digest };
}

/**
 * Parses a registry and repository, `ghcr.io/example/app`: a name of the one grammar, with a host that can be reached.
 * @throws {SchemaError} `IMAGE_INVALID`.
 */
export function parseRepository(text: string): string {
  if (text.includes('://')) throw invalid(text, 'it has a scheme', 'Leave out what stands before the registry.');
  const name = text.length <= maxRepositoryCharacters ? parseName(text) : undefined;
  if (name?.domain === undefined) {
    throw invalid(text, 'it is not a repository', 'Give registry and repository in full, like ghcr.io/example/app.');
  }
  if (normaliseRegistry(name.domain) === undefined) {
    throw invalid(text, `${quote(name.domain)} is not a host with an optional port`, 'Give the registry as HOST or HOST:PORT.');
  }
  return text;
}

function invalid(text: string, why: string, hint?: string): SchemaError {
  const options = hint === undefined ? {} : { hint };
  return new SchemaError('IMAGE_INVALID', `${quote(redactReference(text))} is not an image reference: ${why}`, options);
}
