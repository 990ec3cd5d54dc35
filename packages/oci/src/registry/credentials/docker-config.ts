import { OciError } from '../../errors.ts';
import { isJsonObject } from '../../strict-json.ts';
import type { Credential } from './credential-provider.ts';
import { credentialHost } from './credential-host.ts';

/** What a Docker configuration file says about credentials; hosts in the spelling of {@link credentialHost}. */
export interface DockerConfig {
  /**
   * Returns the credentials that the file itself holds for a host.
   * @throws {OciError} `CREDENTIALS_INVALID`, for this host's entry only: another's does not matter here.
   */
  auth(host: string): Credential | undefined;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

/**
 * Parses a Docker `config.json` or a Podman `auth.json`. Messages never repeat its content.
 * Source: docker/cli, "docker login" reference; containers-auth.json(5).
 * @throws {OciError} `CREDENTIALS_INVALID`; `where` names the file in the message.
 */
export function parseDockerConfig(text: string, where: string): DockerConfig {
  const config = parseJson(text, where);
  const auths = byHost(section(config, 'auths', where));
  return {
    auth: (host) => (auths.has(host) ? readAuth(auths.get(host), `${where}: auths, ${host}`) : undefined),
    credHelpers: readHelpers(section(config, 'credHelpers', where), where),
    credsStore: readName(config['credsStore'], `${where}: credsStore`),
  };
}

function parseJson(text: string, where: string): Readonly<Record<string, unknown>> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw invalid(`${where} is not JSON`); // no cause: the parser's message quotes the file
  }
  if (isJsonObject(config)) return config;
  throw invalid(`${where} is not a JSON object`);
}

function section(config: Readonly<Record<string, unknown>>, key: string, where: string): readonly [string, unknown][] {
  const value = config[key];
  if (value === undefined || value === null) return [];
  if (isJsonObject(value)) return Object.entries(value);
  throw invalid(`${where}: ${key} is not an object`);
}

function byHost(entries: readonly [string, unknown][]): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, value] of entries) {
    const host = credentialHost(key);
    if (host !== undefined) values.set(host, value);
  }
  return values;
}

function readAuth(entry: unknown, where: string): Credential | undefined {
  if (!isJsonObject(entry)) throw invalid(`${where} is not an object`);
  const { auth, identitytoken, username, password } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken };
  if (typeof auth === 'string' && auth !== '') return decodeAuth(auth, where);
  if (typeof username !== 'string' || typeof password !== 'string' || username === '') return undefined;
  return { username, password };
}

function decodeAuth(auth: string, where: string): Credential {
  // Docker pads old entries with NUL bytes.
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon < 1) throw invalid(`${where}: auth is not the base64 of "user:password"`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readHelpers(entries: readonly [string, unknown][], where: string): ReadonlyMap<string, string> {
  const helpers = new Map<string, string>();
  for (const [host, value] of byHost(entries)) {
    const name = readName(value, `${where}: credHelpers, ${host}`);
    if (name !== undefined) helpers.set(host, name);
  }
  return helpers;
}

function readName(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  // The name becomes part of a command's: a "/" would run any file.
  if (typeof value === 'string' && /^[A-Za-z0-9._-]+$/.test(value)) return value;
  throw invalid(`${where} is not the name of a credential helper`);
}

function invalid(message: string): OciError {
  return new OciError('CREDENTIALS_INVALID', message, { hint: 'Mend the file, or log in again with docker login.' });
}
