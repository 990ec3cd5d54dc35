import { OciError } from '../errors.ts';
import { redactUrl } from './redact.ts';

// Failures that the next try meets again.
const lasting: ReadonlySet<string> = new Set(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_INVALID_ARG']);
const maxCauses = 4; // deeper than any fetch hides one; an error can be its own cause
const certificate = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_|ERR_SSL_)/;

/** A request, as errors name it. */
export interface FailedRequest {
  readonly method: string;
  readonly url: URL;
}

/**
 * Makes the error of an exchange that the network broke off. A connection that a guard forbade stays `ADDRESS_REFUSED`:
 * trying again would ask for the same.
 */
export function networkFailure({ method, url }: FailedRequest, cause: unknown): OciError {
  const refusal = addressRefusal(cause);
  if (refusal !== undefined) return refusedAddress(`${method} ${redactUrl(url)}`, refusal);
  const code = causeCode(cause);
  const why = code === undefined ? causeMessage(cause) : describeCause(code, url);
  return new OciError('UNAVAILABLE', `${method} ${redactUrl(url)} failed: ${why}`, { hint: hintFor(code), cause });
}

/** Makes the error of an exchange whose peer kept us waiting. */
export function stalled({ method, url }: FailedRequest): OciError {
  return new OciError('UNAVAILABLE', `${method} ${redactUrl(url)} failed: ${url.host} took too long to answer`, {
    hint: 'Try again; the registry or the network between may be overloaded.',
  });
}

/** Tells whether an error is a failure of the network that may pass. */
export function isTransientFailure(error: unknown): error is OciError {
  if (!(error instanceof OciError) || error.code !== 'UNAVAILABLE') return false;
  const code = causeCode(error.cause);
  return code === undefined || !(lasting.has(code) || certificate.test(code));
}

function refusedAddress(what: string, cause: OciError): OciError {
  const { message, hint } = cause;
  return new OciError('ADDRESS_REFUSED', `${what} is not sent: ${message}`, { ...(hint !== undefined && { hint }), cause });
}

function addressRefusal(error: unknown): OciError | undefined {
  const isRefusal = (at: Error): at is OciError => at instanceof OciError && at.code === 'ADDRESS_REFUSED';
  return causes(error).find(isRefusal);
}

function causeCode(error: unknown): string | undefined {
  const coded = causes(error).find((at): at is Error & { code: string } => 'code' in at && typeof at.code === 'string');
  return coded?.code;
}

// fetch hides the socket's error one level down.
function causes(error: unknown): readonly Error[] {
  const all: Error[] = [];
  for (let at = error; at instanceof Error && all.length < maxCauses; at = at.cause) all.push(at);
  return all;
}

function causeMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection broke';
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Says in words what a code of Node's, OpenSSL's or undici's means; the code stays, to search for. */
function describeCause(code: string, url: URL): string {
  const what = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (what !== undefined) return `${what(url)} (${code})`;
  return certificate.test(code) ? `the TLS connection to ${url.host} could not be trusted (${code})` : `${code} at ${url.host}`;
}

const closed = ({ host }: URL): string => `${host} closed the connection`;
const silent = ({ host }: URL): string => `${host} did not take the connection in time`;
const unreachable = ({ host }: URL): string => `there is no route to ${host}`;
const noTls = ({ host }: URL): string => `${host} does not speak TLS`;
const untrusted = ({ host }: URL): string => `the certificate of ${host} is not from an authority that is trusted here`;

const meanings: Readonly<Record<string, (url: URL) => string>> = {
  ECONNREFUSED: ({ hostname, protocol, port }) => `connection refused by ${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`,
  ENOTFOUND: ({ hostname }) => `DNS has no address for ${hostname}`,
  EAI_AGAIN: ({ hostname }) => `DNS did not answer for ${hostname}`,
  ECONNRESET: closed,
  EPIPE: closed,
  UND_ERR_SOCKET: closed,
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  CERT_HAS_EXPIRED: ({ host }) => `the certificate of ${host} has expired`,
  CERT_NOT_YET_VALID: ({ host }) => `the certificate of ${host} is not valid yet`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) => `the certificate of ${host} is for another host`,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
};

function hintFor(code: string | undefined): string {
  if (code === 'ENOTFOUND') return 'Check the spelling of the registry host.';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return 'The registry does not speak TLS; if that is meant so, ask for plain HTTP.';
  }
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of the registry; if it is valid, check the clock of this machine.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Name the registry by a host that its certificate lists.';
  if (code !== undefined && certificate.test(code)) {
    return "The registry's certificate is not trusted; add its CA with NODE_EXTRA_CA_CERTS.";
  }
  return 'Check that the registry is up and reachable, then try again.';
}
