/** An image reference, taken apart as it is spelled: nothing is added, and nothing is left out. */
export interface ReferenceParts {
  /** Host and port; absent in a short form that a registry is added to. */
  readonly domain?: string;
  /** The repository at its registry. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const label = '[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*';
const hostName = `${label}(?:\\.${label})*`;
const port = '(?::[0-9]+)?';
const domain = `(?:${hostName}|\\[[A-Fa-f0-9:]+\\])${port}`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = `${component}(?:/${component})*`;
const tag = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';

/**
 * The grammar as regular expressions: the sources of the patterns in the JSON Schemas, which cannot import it. Bound the length of a text
 * before its pattern.
 */
export const referencePatterns: Readonly<Record<'domain' | 'repository' | 'name' | 'plainName' | 'tag' | 'digest', string>> = {
  /** Host and port. */
  domain: `^${domain}$`,
  /** A repository with its registry. */
  repository: `^${domain}/${path}$`,
  /** A repository, the registry optional. */
  name: `^(?:${domain}/)?${path}$`,
  /** The same, without registries that are named by an IPv6 address: apart from the dot, it means nothing in a regular expression. */
  plainName: `^(?:${hostName}${port}/)?${path}$`,
  tag: `^${tag}$`,
  /** SHA-256 in its one spelling. */
  digest: '^sha256:[0-9a-f]{64}$',
};

const namePattern = new RegExp(`^(?:(${domain})/)?(${path})$`);
const tagPattern = new RegExp(referencePatterns.tag);
const pathPattern = new RegExp(`^${path}$`);
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

const maxPathCharacters = 255; // distribution/reference: RepositoryNameTotalLengthMax
/** RFC 1035, section 2.3.4, and a port; distribution/reference has no limit. */
export const maxDomainCharacters = 262;

/**
 * Parses `[DOMAIN/]PATH[:TAG][@DIGEST]`; undefined if the text is not an image reference.
 * Source: distribution/reference v0.6.0, reference.go, "Grammar", and `Parse`.
 */
export function parseReferenceParts(text: string): ReferenceParts | undefined {
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const { name, tag: named } = splitTag(at === -1 ? text : text.slice(0, at));
  const found = parseName(name);
  if (found === undefined || (named !== undefined && !isTag(named))) return undefined;
  if (digest !== undefined && !digestPattern.test(digest)) return undefined;
  return { ...found, ...(named !== undefined && { tag: named }), ...(digest !== undefined && { digest }) };
}

/** Parses `[DOMAIN/]PATH`; undefined if it is not the name of a repository. */
export function parseName(text: string): Pick<ReferenceParts, 'domain' | 'path'> | undefined {
  // The length comes first: no pattern runs over a long text.
  if (text.length > maxDomainCharacters + 1 + maxPathCharacters) return undefined;
  const [, host, repository] = namePattern.exec(text) ?? [];
  if (repository === undefined || repository.length > maxPathCharacters) return undefined;
  if (host === undefined) return { path: repository };
  return host.length > maxDomainCharacters ? undefined : { domain: host, path: repository };
}

/** Tells whether a text can be the path of a repository at its registry. */
export function isRepositoryPath(text: string): boolean {
  return text.length <= maxPathCharacters && pathPattern.test(text);
}

/** Tells whether a text can be a tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Parts `NAME[:TAG]`: a colon before the last slash belongs to the registry's port. */
export function splitTag(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.lastIndexOf(':');
  if (colon === -1 || colon < text.lastIndexOf('/')) return { name: text };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}
