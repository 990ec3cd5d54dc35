/**
 * Parses UTF-8 JSON in which no object has a key twice: of two equal keys, another parser might take the other.
 * @throws {SyntaxError} Where the bytes are not such JSON.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  const value: unknown = JSON.parse(text);
  // JSON.parse keeps one member of each key, so a key that occurs twice is one colon too many.
  if (countColons(text) !== countMembers(value)) throw new SyntaxError('an object has a key twice');
  return value;
}

/** Tells whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('the bytes are not UTF-8', { cause });
  }
}

/** Counts the colons outside of strings, in text that is JSON. */
function countColons(text: string): number {
  let colons = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') inString = !inString;
    else if (inString && character === '\\') at += 1;
    else if (!inString && character === ':') colons += 1;
  }
  return colons;
}

/** Counts the members of all objects in a value, without recursion: the text decides how deep the value is. */
function countMembers(value: unknown): number {
  let members = 0;
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null) continue;
    const children: unknown[] = Object.values(next);
    if (!Array.isArray(next)) members += children.length;
    for (const child of children) pending.push(child);
  }
  return members;
}
