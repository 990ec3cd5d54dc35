/** An image reference as it is spelled: nothing is added, and nothing is left out. */
export interface ImageText {
  /** Registry and repository, or the short form that a registry is added to. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const maxNameCharacters = 512; // as long as the repository of a release record
const maxTextCharacters = 1024; // a name, a tag and the longest digest in use

const host = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const domain = `${host}(?:\\.${host})*(?::[0-9]{1,5})?`;
const component = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^(?:${domain}/)?${component}(?:/${component})*$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * Parses `NAME[:TAG][@DIGEST]`; undefined if the text is not an image reference.
 *
 * A name holds no character that a regular expression reads, but for the dot. So a registry that is named by its
 * IPv6 address is not taken.
 * Source: distribution/reference v0.6.0, reference.go, "Grammar".
 */
export function parseImageText(text: string): ImageText | undefined {
  if (text.length > maxTextCharacters) return undefined;
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const { name, tag } = splitTag(at === -1 ? text : text.slice(0, at));
  if (!isImageName(name)) return undefined;
  if (tag !== undefined && !tagPattern.test(tag)) return undefined;
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Tells whether a text is the name of an image, without tag and digest. */
export function isImageName(text: string): boolean {
  return text.length <= maxNameCharacters && namePattern.test(text);
}

/** Tells whether a text is a tag. */
export function isImageTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Writes an image reference; the reverse of {@link parseImageText}. */
export function formatImageText({ name, tag, digest }: ImageText): string {
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/**
 * Spells a name in full, as a container runtime reads it: `nginx` is `docker.io/library/nginx`. Two names mean one
 * repository exactly if their full spellings are equal.
 * Source: distribution/reference v0.6.0, normalize.go, `splitDockerDomain`.
 */
export function normaliseImageName(name: string): string {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasDomain = first === 'localhost' || /[.:A-Z]/.test(first);
  const lowerHost = first.toLowerCase().replace(/:443$/, '');
  const registry = !hasDomain || lowerHost === 'index.docker.io' ? 'docker.io' : lowerHost;
  const path = hasDomain ? name.slice(slash + 1) : name;
  return registry === 'docker.io' && !path.includes('/') ? `docker.io/library/${path}` : `${registry}/${path}`;
}

function splitTag(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon === -1 || colon < text.lastIndexOf('/')) return { name: text };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}
