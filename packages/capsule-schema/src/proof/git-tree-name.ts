// Code points that HFS+ leaves out when it compares names, as the UTF-8 bytes that they are in a tree.
const hfsIgnored = /\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf/g;

// NTFS drops trailing dots and spaces, takes what follows a colon for a stream, and gives long names a short alias. On
// Windows a backslash separates directories, so that what follows one is a name of its own.
const ntfsDotGit = /(?:^|\\)(?:\.git|git~1)[. ]*(?:$|[\\:])/i;
const ntfsGitModules = new RegExp(
  `(?:^|\\\\)(?:\\.gitmodules|gitmod~[1-4]|${shortNames('gi7eba')})[. ]*(?:$|:)`,
  'i',
);

const maxNameBytes = 4096; // git fsck, `largePathname`

/**
 * Finds the rule of `git fsck --strict` that a name in a tree breaks, or undefined.
 * `link` says that the entry is a symbolic link, which `.gitmodules` must not be.
 * Source: git 2.47, git-fsck(1), "Fsck Messages": emptyName, fullPathname, hasDot, hasDotdot, hasDotgit,
 * gitmodulesSymlink, largePathname.
 */
export function brokenTreeNameRule(name: Uint8Array, link: boolean): string | undefined {
  if (name.length === 0) return 'it is empty';
  if (name.length > maxNameBytes) return `it is longer than ${maxNameBytes} bytes`;
  const text = Buffer.from(name).toString('latin1');
  if (text.includes('/')) return 'it holds a slash';
  if (text === '.' || text === '..') return `it is "${text}"`;
  if (looksLikeDotGit(text)) return 'a file system may take it for ".git"';
  if (link && looksLikeGitModules(text)) return 'it is a link that a file system may take for ".gitmodules"';
  return undefined;
}

function looksLikeDotGit(name: string): boolean {
  return hfsEquals(name, '.git') || ntfsDotGit.test(name);
}

function looksLikeGitModules(name: string): boolean {
  return hfsEquals(name, '.gitmodules') || ntfsGitModules.test(name);
}

function hfsEquals(name: string, wanted: string): boolean {
  const seen = name.replace(hfsIgnored, '');
  if (seen.slice(0, wanted.length).toLowerCase() !== wanted) return false;
  return seen.length === wanted.length || startsBroken(seen.slice(wanted.length));
}

// git takes a name to end where it is no longer UTF-8, and so U+FFFE and U+FFFF, which it counts as broken.
function startsBroken(rest: string): boolean {
  const [first] = Buffer.from(rest, 'latin1').toString('utf8');
  return (first === '\ufffd' && !rest.startsWith('\xef\xbf\xbd')) || first === '\ufffe' || first === '\uffff';
}

// The aliases that NTFS falls back to: `gi7eba~1`, `gi7eb~12`, … always eight characters.
function shortNames(prefix: string): string {
  const forms: string[] = [];
  for (let kept = prefix.length; kept >= 0; kept -= 1) {
    forms.push(`${prefix.slice(0, kept)}~[1-9]\\d{${6 - kept}}`);
  }
  return forms.join('|');
}
