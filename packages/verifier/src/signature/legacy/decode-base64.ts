/** Decodes base64 that every reader decodes alike; nothing for any other text. */
export function decodeBase64(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64; encoding it again shows whether anything was skipped.
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
