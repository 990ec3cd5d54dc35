import { OciError, type OciErrorCode } from '../errors.ts';
import { readBeginning } from '../read-bounded.ts';
import { isJsonObject } from '../strict-json.ts';
import type { Answer } from './exchange.ts';
import { redactText, redactUrl } from './redact.ts';

/** What was asked, so that a bare 404 can be told apart. */
export interface Asked {
  readonly method: string;
  /** The code of a 404 whose body does not say what is missing. */
  readonly missing?: OciErrorCode;
}

const maxErrorBytes = 64 * 1024; // an error is some lines; the rest is noise or an attack
const maxShownErrors = 3;

// OCI distribution-spec v1.1.1, "Error Codes", and distribution's own additions.
const codesByRegistryCode: Readonly<Record<string, OciErrorCode>> = {
  NAME_UNKNOWN: 'REPOSITORY_UNKNOWN',
  MANIFEST_UNKNOWN: 'REFERENCE_UNKNOWN',
  BLOB_UNKNOWN: 'BLOB_UNKNOWN',
  MANIFEST_BLOB_UNKNOWN: 'BLOB_UNKNOWN',
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  DIGEST_INVALID: 'DIGEST_MISMATCH',
  SIZE_INVALID: 'SIZE_MISMATCH',
  NAME_INVALID: 'REFERENCE_INVALID',
  TAG_INVALID: 'REFERENCE_INVALID',
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
  const reported = await reportedErrors(answer);
  const code = codeOf(answer.status, reported, asked);
  const said = reported.map((error) => error.text).join('; ');
  const message = `${asked.method} ${redactUrl(answer.url)} answered ${answer.status}${said === '' ? '' : `: ${said}`}`;
  const hint = hintFor(code, answer);
  return new OciError(code, message, hint === undefined ? {} : { hint });
}

function codeOf(status: number, reported: readonly ReportedError[], asked: Asked): OciErrorCode {
  const known = codesByStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'UNAVAILABLE';
  if (status >= 300 && status < 400) return 'REDIRECT_REFUSED';
  for (const { code } of reported) {
    const mapped = Object.hasOwn(codesByRegistryCode, code) ? codesByRegistryCode[code] : undefined;
    if (mapped !== undefined) return mapped;
  }
  return status === 404 ? (asked.missing ?? 'REFERENCE_UNKNOWN') : 'PROTOCOL_ERROR';
}

interface ReportedError {
  readonly code: string;
  readonly text: string;
}

async function reportedErrors(answer: Answer): Promise<readonly ReportedError[]> {
  try {
    const bytes = await readBeginning(answer.body, maxErrorBytes);
    return parseErrors(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return []; // the status says enough; how the body broke would hide it
  }
}

function parseErrors(body: unknown): readonly ReportedError[] {
  if (!isJsonObject(body) || !Array.isArray(body.errors)) return [];
  const errors: readonly unknown[] = body.errors.slice(0, maxShownErrors);
  return errors.filter(isJsonObject).map(({ code, message }) => {
    const parts = [code, message].filter((part) => typeof part === 'string' && part !== '');
    return { code: typeof code === 'string' ? code : '', text: redactText(parts.join(' ')) };
  });
}

function hintFor(code: OciErrorCode, { url }: Answer): string | undefined {
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
    default:
      return undefined;
  }
}
