import { OciError } from '../errors.ts';

// Failures that the next try meets again.
const lasting: ReadonlySet<string> = new Set(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UND_ERR_INVALID_ARG']);
const certificate = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_|ERR_SSL_)/;

/** Makes the error of an exchange that the network broke off. `what` is the method and the redacted URL. */
export function networkFailure(what: string, cause: unknown): OciError {
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

function causeCode(error: unknown): string | undefined {
  // fetch hides the socket's error one level down.
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
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
