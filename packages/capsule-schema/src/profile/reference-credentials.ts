// Up to the last `@` of the authority. A colon that begins no port begins a password, whatever stands in it.
const userOfUrl = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>]*:(?!\d+(?:\/|$))[^\s"'<>@]*(?:@[^\s/?#"'<>@]*)*|[^\s/?#"'<>]*)@/gi;
const userOfHost = /(^|[\s"'(])([^\s/@:"'(]+:[^\s/@"'(]+)@(?!sha(?:256|512):)(?=[\w[])/g;
const parameter =
  /([?&;][\w.-]*(?:token|passw(?:or)?d|passphrase|secret|sig|credential|api[-_]?key|access[-_]?key|sshkey)[\w.-]*=)[^&#\s"'<>]+/gi;

/**
 * Hides the credentials of the addresses in a text: a user with a password, a user of HTTP by itself (a token, most
 * often), and parameters that are called like secrets. `git@` and the like name no secret, and stay.
 */
export function redactCredentials(text: string): string {
  if (!text.includes('@') && !text.includes('=')) return text;
  return text
    .replace(userOfUrl, (found, scheme: string, user: string) => (isPlainUser(scheme, user) ? found : `${scheme}***@`))
    .replace(userOfHost, (found, before: string, user: string) => (user.startsWith('***') ? found : `${before}***@`))
    .replace(parameter, '$1***');
}

/** Tells whether an address holds credentials. */
export function hasCredentials(text: string): boolean {
  return redactCredentials(text) !== text;
}

function isPlainUser(scheme: string, user: string): boolean {
  if (user === '' || user === '***') return true;
  return !user.includes(':') && (user === 'git' || !/^https?:/i.test(scheme));
}
