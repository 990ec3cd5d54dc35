import { OciError } from '../errors.ts';

/** One way to authenticate, as a server offers it. Scheme and parameter names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const maxHeaderLength = 8192; // a challenge is a line; Kerberos tickets beside it are some kilobytes
const maxChallenges = 16;

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const blank = /[ \t]*/y;
const separators = /[ \t,]*/y;
const quoted = /"((?:[^"\\]|\\[^])*)"/y;
const unquoted = /[^\s",]+/y; // wider than a token: registries leave quotes off URLs
const credentialBlob = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;

/**
 * Parses a WWW-Authenticate header: several challenges, each with parameters or an opaque value, which is dropped.
 * Several headers come joined with commas. Source: RFC 7235, sections 2.1 and 4.1.
 * @throws {OciError} `PROTOCOL_ERROR`.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  if (header.length > maxHeaderLength) throw malformed('it is too long');
  const scanner = new Scanner(header);
  const challenges: Challenge[] = [];
  for (scanner.take(separators); !scanner.atEnd; scanner.take(separators)) {
    const scheme = scanner.take(token);
    if (scheme === undefined || scheme === '') throw malformed(`no scheme at character ${scanner.position}`);
    challenges.push({ scheme: scheme.toLowerCase(), parameters: parseParameters(scanner) });
    if (challenges.length > maxChallenges) throw malformed('it holds too many challenges');
  }
  return challenges;
}

function parseParameters(scanner: Scanner): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  if (scanner.take(blank) === '') return parameters;
  while (!scanner.atEnd) {
    const start = scanner.position;
    scanner.take(separators);
    const parameter = parseParameter(scanner);
    if (parameter === undefined) {
      scanner.position = start;
      if (parameters.size === 0) scanner.take(credentialBlob);
      return parameters;
    }
    // Two realms leave open which one is meant, and parsers would differ.
    if (parameters.has(parameter.name)) throw malformed(`"${parameter.name}" is there twice`);
    parameters.set(parameter.name, parameter.value);
  }
  return parameters;
}

function parseParameter(scanner: Scanner): { name: string; value: string } | undefined {
  const name = scanner.take(token);
  if (name === undefined) return undefined;
  scanner.take(blank);
  if (scanner.take(/=/y) === undefined) return undefined;
  scanner.take(blank);
  const value = scanner.take(quoted);
  if (value !== undefined) return { name: name.toLowerCase(), value: value.slice(1, -1).replace(/\\([^])/g, '$1') };
  const plain = scanner.take(unquoted);
  // "abc==" is an opaque value, not a parameter named abc.
  if (plain === undefined || plain.startsWith('=')) return undefined;
  return { name: name.toLowerCase(), value: plain };
}

class Scanner {
  position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.#text.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}

function malformed(why: string): OciError {
  return new OciError('PROTOCOL_ERROR', `the registry's WWW-Authenticate header cannot be read: ${why}`);
}
