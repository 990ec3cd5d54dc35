import { OciError, type OciErrorCode } from '../errors.ts';
import type { Answer } from './exchange.ts';
import { redactUrl } from './redact.ts';
import { readReport, type RegistryReport } from './registry-report.ts';

/** What was asked, so that a bare 404 can be told apart. */
export interface Asked {
  readonly method: string;
  /** The code of a 404 whose body does not say what is missing. */
  readonly missing?: OciErrorCode;
}

// OCI distribution-spec v1.1.1, "Error Codes", and distribution's own additions. NAME_INVALID and TAG_INVALID are not among
// them: what we send is well formed, so they say that this registry wants something else.
const codesByRegistryCode: Readonly<Record<string, OciErrorCode>> = {
  NAME_UNKNOWN: 'REPOSITORY_UNKNOWN',
  MANIFEST_UNKNOWN: 'REFERENCE_UNKNOWN',
  BLOB_UNKNOWN: 'BLOB_UNKNOWN',
  MANIFEST_BLOB_UNKNOWN: 'BLOB_UNKNOWN',
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  DIGEST_INVALID: 'DIGEST_MISMATCH',
  SIZE_INVALID: 'SIZE_MISMATCH',
  UNSUPPORTED: 'UNSUPPORTED',
};

const codesByStatus: Readonly<Record<number, OciErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  405: 'UNSUPPORTED',
  408: 'UNAVAILABLE',
  409: 'TAG_CONFLICT',
  412: 'TAG_CONFLICT',
  413: 'LIMIT_EXCEEDED',
  429: 'THROTTLED',
  501: 'UNSUPPORTED',
};

/** Turns an answer that is not what was hoped for into an error; reads and frees its body. */
export async function refusal(answer: Answer, asked: Asked): Promise<OciError> {
  const report = await readReport(answer);
  const code = codeOf(answer, report, asked);
  const said = report.text === '' ? '' : `: ${report.text}`;
  const message = `${asked.method} ${redactUrl(answer.url)} answered ${answer.status}${said}`;
  const hint = hintFor(code, answer, report);
  return new OciError(code, message, hint === undefined ? {} : { hint });
}

function codeOf(answer: Answer, report: RegistryReport, asked: Asked): OciErrorCode {
  const { status } = answer;
  if (asked.method === 'PUT' && /\/manifests\/[^/]+$/.test(answer.url.pathname)) {
    const refused = codeOfRefusedManifest(status, report);
    if (refused !== undefined) return refused;
  }
  const known = codesByStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'UNAVAILABLE';
  if (status >= 300 && status < 400) return 'REDIRECT_REFUSED';
  const mapped = report.codes.find((code) => Object.hasOwn(codesByRegistryCode, code));
  if (mapped !== undefined) return codesByRegistryCode[mapped] ?? 'REQUEST_REFUSED';
  if (status === 404) return asked.missing ?? 'REFERENCE_UNKNOWN';
  return status >= 400 ? 'REQUEST_REFUSED' : 'PROTOCOL_ERROR';
}

// As registries are known to say it: "cannot be overwritten because the tag is immutable" (ECR, 400), "configured as
// immutable" (Harbor, 412), "does not allow updating assets" (Nexus, 400).
const immutable = /immutab|cannot be overwritten|not allow (updating|redeploy|overwrit)/i;
const mayBeImmutable: ReadonlySet<number> = new Set([400, 403, 405, 409, 412, 422]);
const mayBeRefused: ReadonlySet<number> = new Set([400, 405, 415, 422]);

function codeOfRefusedManifest(status: number, { codes, text }: RegistryReport): OciErrorCode | undefined {
  if (mayBeImmutable.has(status) && immutable.test(text)) return 'TAG_IMMUTABLE';
  const refused = status === 415 || codes.includes('MANIFEST_INVALID') || codes.includes('UNSUPPORTED');
  return mayBeRefused.has(status) && refused ? 'MANIFEST_REFUSED' : undefined;
}

function hintFor(code: OciErrorCode, { url }: Answer, { text }: RegistryReport): string | undefined {
  switch (code) {
    case 'UNAUTHORIZED':
      return `Log in first: docker login ${url.host}`;
    case 'FORBIDDEN':
      return `The account must be allowed to do this; log in with one that is: docker login ${url.host}`;
    case 'REPOSITORY_UNKNOWN':
      return 'Check the name; some registries want a repository created before the first push, or hide private ones.';
    case 'THROTTLED':
      return 'Wait, or log in: registries allow more to those they know.';
    case 'UNAVAILABLE':
      return 'Try again later.';
    case 'TAG_CONFLICT':
      return 'The tag exists and the registry keeps it as it is.';
    case 'TAG_IMMUTABLE':
      return 'The tag already exists, and this registry never lets it name something else.';
    case 'MANIFEST_REFUSED':
      return hintForManifest(url.host, text);
    default:
      return undefined;
  }
}

function hintForManifest(host: string, text: string): string | undefined {
  if (!/media ?type|artifact ?type|index/i.test(text)) return undefined;
  const elsewhere = 'Use a registry that takes OCI artifacts of any type, as GHCR, Harbor and distribution do.';
  return `${host} admits only the kinds of artifact that it knows. ${elsewhere}`;
}
