import { OciError } from '../errors.ts';

// Failures that the next try meets again.
const lasting: ReadonlySet<string> = new Set(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_INVALID_ARG']);
const maxCauses = 4; // deeper than any fetch hides one; an error can be its own cause
const certificate = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_|ERR_SSL_)/;

/**
 * Makes the error of an exchange that the network broke off. `what` is the method and the redacted URL. A connection
 * that a guard forbade stays `ADDRESS_REFUSED`: trying again would ask for the same.
 */
export function networkFailure(what: string, cause: unknown): OciError {
  const refusal = addressRefusal(cause);
  if (refusal !== undefined) return refusedAddress(what, refusal);
  const code = causeCode(cause);
  return new OciError('UNAVAILABLE', `${what} failed: ${code ?? causeMessage(cause)}`, {
    hint: hintFor(code),
    cause,
  });
}

/** Makes the error of an exchange whose peer kept us waiting. */
export function stalled(what: string): OciError {
  return new OciError('UNAVAILABLE', `${what} failed: the server kept us waiting too long`, {
    hint: 'Try again; the registry or the network between may be overloaded.',
  });
}

/** Tells whether an error is a failure of the network that may pass. */
export function isPassingFailure(error: unknown): error is OciError {
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

function hintFor(code: string | undefined): string {
  if (code === 'ENOTFOUND') return 'Check the spelling of the registry host.';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return 'The registry does not speak TLS; if that is meant so, ask for plain HTTP.';
  }
  if (code !== undefined && certificate.test(code)) {
    return "The registry's certificate is not trusted; add its CA with NODE_EXTRA_CA_CERTS.";
  }
  return 'Check that the registry is up and reachable, then try again.';
}
