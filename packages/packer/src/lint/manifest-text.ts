/** How much of a file tells whether it is text: git's own measure. */
export const sniffedBytes = 8192;

/**
 * Decodes a file as kustomize would: UTF-8, or UTF-16 with a byte order mark, each of YAML 1.1's line ends as a line
 * feed. Undefined where the bytes are no text.
 * Source: YAML 1.1, 5.2 "Character Encoding" and 5.4 "Line Break Characters".
 */
export function manifestText(bytes: Buffer): string | undefined {
  if (!isText(bytes)) return undefined;
  const text = new TextDecoder(utf16(bytes) ?? 'utf-8').decode(bytes);
  return text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n');
}

/** Tells text from other bytes by the first `sniffedBytes` of a file. */
export function isText(head: Buffer): boolean {
  return utf16(head) !== undefined || !head.subarray(0, sniffedBytes).includes(0);
}

function utf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf-16le';
  return mark === 'feff' ? 'utf-16be' : undefined;
}
