import { OciError } from '../errors.ts';

const maxHeaderLength = 8192; // a link or two; page tokens are some hundred bytes

const target = /^[ \t,]*<([^<>]*)>/;
const parameter = /^[ \t]*;[ \t]*([^\s=;,"<>]*)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^\s;,"]*)))?/;

/**
 * Finds the target of the first link with relation `next`, or undefined: the last page.
 * Source: RFC 8288, section 3; OCI distribution-spec v1.1.1, "Listing Referrers".
 * @throws {OciError} `PROTOCOL_ERROR`.
 */
export function parseNextLink(header: string | null): string | undefined {
  if (header === null) return undefined;
  if (header.length > maxHeaderLength) throw malformed('it is too long');
  let rest = header;
  while (/[^ \t,]/.test(rest)) {
    const link = target.exec(rest);
    if (link === null) throw malformed('a target in angle brackets is missing');
    const { relations, length } = parseRelations(rest.slice(link[0].length));
    if (relations.includes('next')) return link[1] ?? '';
    rest = rest.slice(link[0].length + length);
    if (rest !== '' && !/^[ \t]*(,|$)/.test(rest)) throw malformed('a comma is missing between links');
  }
  return undefined;
}

/**
 * Finds the URL of the next page. It stays on the origin of this one: another origin would be handed our
 * authorisation, or decide what the registry lists (GHSA-h7vf-4x9w-h99v).
 * @throws {OciError} `PROTOCOL_ERROR`, `REDIRECT_REFUSED`.
 */
export function nextPageUrl(header: string | null, page: URL): URL | undefined {
  const link = parseNextLink(header);
  if (link === undefined) return undefined;
  if (!URL.canParse(link, page.href)) throw malformed('its target is not a URL');
  const url = new URL(link, page);
  url.hash = '';
  if (url.origin === page.origin && url.username === '' && url.password === '') return url;
  throw new OciError('REDIRECT_REFUSED', `the next page of ${page.host} lies on another host, ${url.host}`);
}

function parseRelations(text: string): { relations: readonly string[]; length: number } {
  let length = 0;
  let relations: readonly string[] | undefined;
  for (let found = parameter.exec(text); found !== null; found = parameter.exec(text.slice(length))) {
    length += found[0].length;
    // Only the first `rel` counts (RFC 8288, section 3.3).
    if (found[1]?.toLowerCase() === 'rel') relations ??= (found[2] ?? found[3] ?? '').toLowerCase().split(/\s+/);
  }
  return { relations: relations ?? [], length };
}

function malformed(why: string): OciError {
  return new OciError('PROTOCOL_ERROR', `the registry's Link header cannot be read: ${why}`);
}
