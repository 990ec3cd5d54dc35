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

const speaks =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|private|access|signing)[-_. ]?key)[\w.-]*["']?\s*[:=]\s*(.*)$/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY/;
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
  const value = text.trim();
  if (whole.test(value)) return true;
  if (isScript && shellVariable.test(value)) return true;
  if (hasVaultPath && vaultKey.test(value)) return true;
  const marked = value.replace(inText, mark);
  if (!marked.includes(mark) || privateKey.test(value)) return false;
  return marked.includes('\n') ? marked.split('\n').every(isQuietLine) : isPlainBeside(marked);
}

/** Tells whether a line of a configuration gives no literal to a name that speaks of a secret. */
export function isQuietLine(line: string): boolean {
  if (privateKey.test(line)) return false;
  const given = speaks.exec(line)?.[1]?.replace(/^["'\s]+|["',;\s]+$/g, '');
  if (given === undefined) return !hasLiteralPassword(line);
  return given === '' || given.includes(mark) || /^(?:true|false|null|~|\d{1,5}|[{[(|>]|\/\S*)$/i.test(given);
}

/** A line with placeholders: around them stand words or numbers, none of them glued to one. */
function isPlainBeside(marked: string): boolean {
  if (!isQuietLine(marked) || hasLiteralPassword(marked)) return false;
  if (address.test(marked)) return true;
  return marked
    .split(/[\s/:.@,=;"'+&?_()<>[\]{}-]+/)
    .every((word) => word === '' || word === mark || /^(?:[A-Za-z]{1,16}|\d{1,5})$/.test(word));
}

function hasLiteralPassword(line: string): boolean {
  const user = /:\/\/([^\s/?#@]*)@/.exec(line)?.[1];
  const password = user?.split(':').slice(1).join(':') ?? '';
  return password !== '' && !new RegExp(`^${mark}+$`).test(password);
}
