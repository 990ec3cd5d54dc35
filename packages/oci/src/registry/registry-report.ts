import { readBeginning } from '../read-bounded.ts';
import { isJsonObject } from '../strict-json.ts';
import type { Answer } from './exchange.ts';
import { redactedJson, redactText } from './redact.ts';

/** What a registry says about a request that it does not serve. */
export interface RegistryReport {
  /** Its own codes, as they are. */
  readonly codes: readonly string[];
  /** Codes, messages and details, safe to print; empty where it says nothing. */
  readonly text: string;
}

const maxReportBytes = 64 * 1024; // an error is some lines; the rest is noise or an attack
const maxShownErrors = 3;
const nothing: RegistryReport = { codes: [], text: '' };

/**
 * Reads what an answer says in its body, and frees it: the specification's list of errors, the object of a token service
 * (RFC 6749, section 5.2, or a message alone), or a line of plain text. A web page says nothing.
 * Source: OCI distribution-spec v1.1.1, "Error Codes".
 */
export async function readReport(answer: Answer): Promise<RegistryReport> {
  try {
    const text = new TextDecoder().decode(await readBeginning(answer.body, maxReportBytes));
    const sent = answer.authorization;
    return isPlainText(answer) ? { codes: [], text: redactText(text.trim(), sent) } : parseReport(JSON.parse(text), sent);
  } catch {
    return nothing; // the status says enough; how the body broke would hide it
  }
}

function isPlainText({ headers }: Answer): boolean {
  return /^text\/plain\b/i.test(headers.get('content-type') ?? '');
}

function parseReport(body: unknown, sent: string | undefined): RegistryReport {
  if (!isJsonObject(body)) return nothing;
  if (!Array.isArray(body.errors)) return { codes: [], text: join([body.error, body.error_description, body.message, body.details], sent) };
  const errors = body.errors.slice(0, maxShownErrors).filter(isJsonObject);
  return {
    codes: errors.flatMap(({ code }) => (typeof code === 'string' ? [code] : [])),
    text: errors.map(({ code, message, detail }) => join([code, withDetail(message, detail)], sent)).filter(isSaid).join('; '),
  };
}

function withDetail(message: unknown, detail: unknown): string {
  const said = typeof message === 'string' ? message : '';
  const more = detailText(detail);
  if (said === '' || said.includes(more)) return said === '' ? more : said;
  return more === '' ? said : `${said}: ${more}`;
}

// Registries put a text, an object or a list there.
function detailText(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (typeof detail !== 'object' || detail === null || Object.keys(detail).length === 0) return '';
  return redactedJson(detail);
}

function join(parts: readonly unknown[], sent: string | undefined): string {
  return redactText(parts.filter((part) => typeof part === 'string').filter(isSaid).join(' '), sent);
}

function isSaid(text: string): boolean {
  return text !== '';
}
