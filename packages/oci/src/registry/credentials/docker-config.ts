import { OciError } from '../../errors.ts';
import { isJsonObject } from '../../strict-json.ts';
import type { Credential } from './credential-provider.ts';
import { compareHolders, type CredentialPlace, holdsPlace, parsePlace } from './credential-place.ts';

/** What a Docker configuration file says about credentials. */
export interface DockerConfig {
  /**
   * Returns the credentials that the file itself holds for a place: those under the longest key that holds it.
   * @throws {OciError} `CREDENTIALS_INVALID`, for this place's entries only: another's do not matter here.
   */
  auth(place: CredentialPlace): Credential | undefined;
  /** As `auth`, from the keys alone that name a path below the host. */
  authBelowHost(place: CredentialPlace): Credential | undefined;
  /** Finds the helper that is named for a host of its own. */
  helperOf(host: string): string | undefined;
  readonly credsStore: string | undefined;
}

/**
 * Parses a Docker `config.json` or a Podman `auth.json`. Messages never repeat its content.
 * Source: docker/cli, "docker login" reference; containers-auth.json(5).
 * @throws {OciError} `CREDENTIALS_INVALID`; `where` names the file in the message.
 */
export function parseDockerConfig(text: string, where: string): DockerConfig {
  const config = parseJson(text, where);
  const auths = entriesOf(section(config, 'auths', where));
  const below = auths.filter(({ place }) => place.path !== '');
  const helpers = readHelpers(section(config, 'credHelpers', where), where);
  return {
    auth: (place) => findAuth(auths, place, where),
    authBelowHost: (place) => findAuth(below, place, where),
    helperOf: (host) => helpers.get(host),
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

interface Entry {
  readonly key: string;
  readonly place: CredentialPlace;
  readonly value: unknown;
}

function entriesOf(keyed: readonly [string, unknown][]): readonly Entry[] {
  return keyed.flatMap(([key, value]) => {
    const place = parsePlace(key);
    return place === undefined ? [] : [{ key, place, value }];
  });
}

function findAuth(entries: readonly Entry[], asked: CredentialPlace, where: string): Credential | undefined {
  const holders = entries.filter(({ place }) => holdsPlace(place, asked));
  for (const { key, value } of holders.toSorted((one, other) => compareHolders(one.place, other.place))) {
    const credential = readAuth(value, `${where}: auths, ${key}`);
    if (credential !== undefined) return credential;
  }
  return undefined;
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

/** Helpers are named for hosts: Docker and Podman know none for a path. */
function readHelpers(keyed: readonly [string, unknown][], where: string): ReadonlyMap<string, string> {
  const helpers = new Map<string, string>();
  for (const { key, place, value } of entriesOf(keyed)) {
    const name = readName(value, `${where}: credHelpers, ${key}`);
    if (name !== undefined && place.path === '') helpers.set(place.host, name);
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
