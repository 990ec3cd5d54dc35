import { isTag, parseName, parseReferenceParts, spellInFull } from '@release-capsule/core';

/** An image reference as it is spelled: nothing is added, and nothing is left out. */
export interface ImageText {
  /** Registry and repository, or the short form that a registry is added to. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const maxNameCharacters = 512; // as long as the repository of a release record
const maxTextCharacters = 1024; // a name, a tag and the longest digest in use

/**
 * Parses `NAME[:TAG][@DIGEST]`; undefined if the text is not an image reference.
 *
 * A name holds no character that a regular expression reads, but for the dot. So a registry that is named by its
 * IPv6 address is not taken.
 */
export function parseImageText(text: string): ImageText | undefined {
  if (text.length > maxTextCharacters) return undefined;
  const { domain, path, tag, digest } = parseReferenceParts(text) ?? {};
  if (path === undefined) return undefined;
  const name = domain === undefined ? path : `${domain}/${path}`;
  if (!isImageName(name)) return undefined;
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Tells whether a text is the name of an image, without tag and digest. */
export function isImageName(text: string): boolean {
  return text.length <= maxNameCharacters && !text.startsWith('[') && parseName(text) !== undefined;
}

/** Tells whether a text is a tag. */
export function isImageTag(text: string): boolean {
  return isTag(text);
}

/** Writes an image reference; the reverse of {@link parseImageText}. */
export function formatImageText({ name, tag, digest }: ImageText): string {
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/**
 * Spells a name in full, as a container runtime reads it: `nginx` is `docker.io/library/nginx`. Two names mean one
 * repository exactly if their full spellings are equal.
 */
export function normaliseImageName(name: string): string {
  return spellInFull(name);
}
