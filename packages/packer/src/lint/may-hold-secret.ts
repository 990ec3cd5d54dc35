// What makes Secrets, or changes them, without naming their kind.
const makesSecrets = /secretgenerator|sourcevalue|transformer|stringdata/i;
// A scalar in base64 can spell anything, and a tag can be spelt with per cent signs.
const binaryTag = /!\S{0,60}(?:binary|%)/;
const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\n[ \t]*)/g;
const kind = 'Secret';

/**
 * Tells whether a text could hold a Secret, or something that makes one: false spares a document of megabytes the
 * parser. It errs on the other side only: `Secret` counts wherever it could be a whole scalar, however it is quoted,
 * escaped, tagged or put on a line of its own.
 */
export function mayHoldSecret(text: string): boolean {
  if (holds(text) || binaryTag.test(text)) return true;
  return text.includes('\\') && holds(withoutEscapes(text));
}

/** Writes out the escapes of double-quoted scalars that can stand for letters, and joins lines that one continues. */
export function withoutEscapes(text: string): string {
  return text.replace(escape, unescape);
}

function holds(text: string): boolean {
  return makesSecrets.test(text) || namesSecret(text);
}

function unescape(_: string, ...groups: readonly (string | undefined)[]): string {
  const code = Number.parseInt(groups[0] ?? groups[1] ?? groups[2] ?? '', 16);
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

// By hand, as a regular expression that looks both ways over white space takes quadratic time.
function namesSecret(text: string): boolean {
  for (let at = text.indexOf(kind); at !== -1; at = text.indexOf(kind, at + kind.length)) {
    const end = text.startsWith('List', at + kind.length) ? at + kind.length + 'List'.length : at + kind.length;
    if (endsScalar(text, end) && beginsScalar(text, at)) return true;
  }
  return false;
}

function endsScalar(text: string, from: number): boolean {
  let at = from;
  while (isBlank(text[at])) at += 1;
  const next = text[at];
  return next === undefined || '\n"\',]}:'.includes(next) || (next === '#' && at > from);
}

function beginsScalar(text: string, from: number): boolean {
  let at = from - 1;
  while (isBlank(text[at])) at -= 1;
  const before = text[at];
  if (before === undefined || '\n"\':?-,[{'.includes(before) || before === '\ufeff') return true;
  return at < from - 1 && isProperty(text, at);
}

// A tag or an anchor may stand before a scalar.
function isProperty(text: string, end: number): boolean {
  let start = end;
  while (start > 0 && !isBlank(text[start - 1]) && !'\n:,[{'.includes(text[start - 1] ?? '')) start -= 1;
  // A tag holds colons of its own.
  while (start > 0 && !isBlank(text[start - 1]) && text[start - 1] !== '\n') start -= 1;
  return /^[[{,]*[&!]/.test(text.slice(start, start + 100));
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
