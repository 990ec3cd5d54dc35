import { PackError } from '../errors.ts';

/** One PEM block: its label and the bytes that its base64 body holds. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const maxPemCharacters = 16 * 1024; // an RSA-16384 key fits; no key that we can use needs a tenth of it
const lineCharacters = 64; // RFC 7468, section 2
const blockPattern = /^-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,62})-----\r?\n([A-Za-z0-9+/=\r\n]*?)\r?\n-----END \1-----$/;

/**
 * Parses a text that holds exactly one PEM block and nothing else.
 * Source: RFC 7468, section 3 (strict form, any line length).
 * @throws {PackError} `KEY_INVALID`. The text never appears in the error.
 */
export function parsePem(text: string): PemBlock {
  if (text.length > maxPemCharacters) throw invalid(`it is longer than ${maxPemCharacters} characters`);
  const [, label, body] = blockPattern.exec(text.trim()) ?? [];
  if (label === undefined || body === undefined) throw invalid('it is not exactly one PEM block');
  const base64 = body.replaceAll(/[\r\n]/g, '');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw invalid('its body is not canonical base64');
  return { label, bytes };
}

/**
 * Writes bytes as one PEM block with a final newline.
 * Source: RFC 7468, section 2.
 */
export function formatPem({ label, bytes }: PemBlock): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < base64.length; at += lineCharacters) lines.push(base64.slice(at, at + lineCharacters));
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function invalid(rule: string): PackError {
  return new PackError('KEY_INVALID', `the key cannot be read: ${rule}`, {
    hint: 'Give one PEM file, as "capsule keygen", "cosign generate-key-pair" or "openssl genpkey" writes it.',
  });
}
