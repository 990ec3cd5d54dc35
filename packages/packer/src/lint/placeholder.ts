const name = '[A-Za-z_][A-Za-z0-9_]*';
// With a default that is not empty, the default is a value: `${password:=letmein}` gives it away.
const braced = `\\$\\{${name}(?::?[-=](?:\\$\\{${name}\\})?)?\\}`;
// Written without braces it could be a password that begins with a dollar sign: only names as environments have them count.
const bare = '\\$(?:[A-Z]+(?![A-Za-z0-9_])|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_]))';
const expanded = '\\$\\([A-Z_][A-Z0-9_]*\\)';
const vaultPath = '<path:[^<>#\\n]{1,500}#[^<>\\n]{1,200}>';
const inText = new RegExp([braced, bare, expanded, vaultPath].join('|'), 'g');

const whole = new RegExp(
  `^(?:${[
    braced,
    bare,
    expanded,
    vaultPath,
    'op://[^/\\n]+(?:/[^/\\n]+){2,3}', // 1Password
    'vault:[\\w./-]+#[\\w.-]+(?:#\\d+)?', // bank-vaults
    'ref\\+[a-z]+://[\\w./?&=-]+#/?[\\w./-]+', // vals
  ].join('|')})$`,
);
const shellVariable = new RegExp(`^\\$(?:${name}|\\{${name}\\})$`);
const vaultKey = /^<[A-Za-z][\w.-]*(?: *\| *[\w "',.-]+)*>$/;

const secretName = [
  'passw(?:or)?d|passphrase|requirepass|masterauth|(?<![a-z])pass(?![a-z])|pwd|secret|token|credential',
  '(?:api|private|access|signing)[-_. ]?key',
].join('|');
// Only up to the next value of the line: `Password=letmein;Server=${HOST}` gives one away before a variable.
const speaks = new RegExp(`(?:${secretName})[\\w.-]{0,60}["']?(?:\\s*[:=]>?|(?<!-)>(?=\\S))(\\s*.*?)(?=[;&,<]|\\s[\\w.-]+\\s*=|$)`, 'gi');
// As redis.conf and .netrc have them.
const spaced = /^\s*(?:(?:requirepass|masterauth|password)|machine\s.*\spassword)\s+(\S+)\s*$/gi;
// A shell reads a file where it runs. Other commands, as echo, can have the value in them.
const readFile = /^\s*(["']?)(?:\$\(cat (["']?)\/[\w./-]+\2\)|`cat (["']?)\/[\w./-]+\3`)\1\s*$/;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY/;
// Keystores, keys in DER: what may look like a placeholder in them is chance.
const binary = /(?![\t\n\r])\p{Cc}|\ufffd/u;
const address = /^["']?[a-z][a-z0-9+.-]*:\/\/(?:([^\s/?#@]*)@)?[^\s]*$/i;
/** What stands for a placeholder, or an action, in a line that is looked at for the rest of it. */
export const placeholderMark = '\u0000';
const mark = placeholderMark;

/** Where a placeholder stands. */
export interface PlaceholderPlace {
  /** Whether a shell reads the text: any variable counts there. */
  readonly isScript?: boolean;
  /** Whether argocd-vault-plugin is told where to look up `<key>`. */
  readonly hasVaultPath?: boolean;
}

/**
 * Tells whether a text only says where a value comes from: a variable of Flux, envsubst or a shell, a reference to a
 * vault, or these with plain words around them, as in a connection string. A literal beside a placeholder is a value.
 * Sources: Flux v2, Kustomization, "Post build variable substitution"; argocd-vault-plugin, "How it works".
 */
export function isPlaceholder(text: string, { isScript = false, hasVaultPath = false }: PlaceholderPlace = {}): boolean {
  if (binary.test(text)) return false;
  const value = text.trim();
  if (whole.test(value)) return true;
  if (isScript && shellVariable.test(value)) return true;
  if (hasVaultPath && vaultKey.test(value)) return true;
  const marked = value.replace(inText, mark);
  if (!marked.includes(mark) || privateKey.test(value)) return false;
  return marked.includes('\n') ? marked.split('\n').every(isQuietLine) : isPlainBeside(marked);
}

/** Tells whether a line of a configuration gives no literal to a name that speaks of a secret, nor is one that a program made. */
export function isQuietLine(line: string): boolean {
  if (privateKey.test(line) || hasLiteralPassword(line) || isGenerated(line, 24)) return false;
  return [speaks, spaced].every((pattern) => [...line.matchAll(pattern)].every(([, given = '']) => isNoLiteral(given)));
}

function isNoLiteral(given: string): boolean {
  if (readFile.test(given)) return true;
  const [word = ''] = /^\S*/.exec(given) ?? [];
  // `password=letmein ${HOST}` is two words; `token: Bearer ${TOKEN}` and texts in quotes are one value.
  const own = /^[^"'\s]/.test(given) && !/^(?:bearer|basic|token)$/i.test(word) ? word : given;
  const value = own.replace(/^["'\s]+|["'\s]+$/g, '');
  return value === '' || value.includes(mark) || /^(?:true|false|null|~|\d{1,5}|[{[(|>]|\/\S*)$/i.test(value);
}

/** A line with placeholders: around them stand words or numbers, none of them glued to one. */
function isPlainBeside(marked: string): boolean {
  if (!isQuietLine(marked)) return false;
  if (address.test(marked)) return !isGenerated(marked, 16);
  return marked
    .split(/[\s/:.@,=;"'+&?_()<>[\]{}-]+/)
    .every((word) => word === '' || word === mark || /^(?:[A-Za-z]{1,16}|\d{1,5})$/.test(word));
}

// Keys and tokens of services: long, of small and capital letters and digits mixed. Digests and names are less mixed.
function isGenerated(line: string, length: number): boolean {
  const words = line.match(/[A-Za-z0-9+=]{16,}/g) ?? [];
  return words.some((word) => word.length >= length && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d.*\d/.test(word));
}

function hasLiteralPassword(line: string): boolean {
  const user = /:\/\/([^\s/?#@]*)@/.exec(line)?.[1];
  const password = user?.split(':').slice(1).join(':') ?? '';
  return password !== '' && !new RegExp(`^${mark}+$`).test(password);
}
