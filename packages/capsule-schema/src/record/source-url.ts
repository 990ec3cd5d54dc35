import { SchemaError } from '../errors.ts';

const maxCharacters = 1024; // as in the schema
const scpForm = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)([^\s]+)$/;

/**
 * Normalises the address of a Git repository to `https://host/path`: no user, password, port of another protocol,
 * query, fragment, trailing slash or `.git`. A host is lower-case; a path keeps its case.
 * A plain-HTTP address stays one: what is fetched without TLS must not look as if it were fetched with it.
 * @throws {SchemaError} `SOURCE_URL_INVALID`; the text is not repeated where it might hold a password.
 */
export function normaliseSourceUrl(text: string): string {
  if (text.length > maxCharacters) throw invalid(`it is longer than ${maxCharacters} characters`);
  const url = toUrl(text.trim());
  const path = withoutSuffixes(url.pathname).replaceAll('@', '%40');
  if (url.hostname === '' || path === '' || path.includes('//')) throw invalid('it names no repository');
  // Without its ".git" the path may end in a segment that the next reading of the address would remove.
  if (/\/\.\.?$/.test(path)) throw invalid('it names no repository');
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) throw invalid('its path is badly encoded');
  const isHttp = url.protocol === 'http:';
  const keepsPort = isHttp || url.protocol === 'https:';
  return `${isHttp ? 'http' : 'https'}://${keepsPort ? url.host : url.hostname}${path}`;
}

/** Takes off slashes and `.git`, as often as they stand there: what is normalised once must stay as it is. */
function withoutSuffixes(path: string): string {
  let end = path.length;
  for (;;) {
    if (path.endsWith('/', end)) end -= 1;
    else if (path.endsWith('.git', end)) end -= 4;
    else return path.slice(0, end);
  }
}

const knownProtocols = new Set(['https:', 'http:', 'ssh:', 'git:', 'git+ssh:', 'git+https:']);

function toUrl(text: string): URL {
  const scp = text.includes('://') ? null : scpForm.exec(text);
  const address = scp === null ? text : `ssh://${scp[1] ?? ''}/${(scp[2] ?? '').replace(/^\/+/, '')}`;
  // WHATWG URLs treat unknown schemes as opaque; reading all of them as https gives one set of rules for the host.
  const scheme = /^([a-z+]+:)\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined || !knownProtocols.has(scheme)) throw invalid('it is not an https, ssh or scp-like address');
  try {
    const url = new URL(address.replace(/^[a-z+]+:/i, scheme === 'http:' ? 'http:' : 'https:'));
    if (scheme === 'http:' || scheme === 'https:' || scheme === 'git+https:') return url;
    url.port = '';
    return url;
  } catch {
    throw invalid('it is not a URL');
  }
}

function invalid(why: string): SchemaError {
  return new SchemaError('SOURCE_URL_INVALID', `the source repository's address cannot be used: ${why}`, {
    hint: 'Give one like https://github.com/example/app, with --source-url.',
  });
}
