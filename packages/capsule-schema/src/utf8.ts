const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes of the capsule's own formats. A byte order mark stays in the text, for the parser to refuse: taken
 * away in silence, it would give one text two spellings.
 * @throws {TypeError} where the bytes are not valid UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
