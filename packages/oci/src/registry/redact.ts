const maxShownLength = 300; // a message is read by people

/** Writes a URL for people and logs: no user, password, query or fragment, where signed URLs carry their secrets. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, maxShownLength);
}

// What a registry may echo of a request, or hand out in an answer: after these words comes a secret.
const secretNames = String.raw`(?:password|passwd|passphrase|pwd|secret|token|authorization|credentials?|api[-_]?key|amz-signature)`;
// The value stands in quotes, in quotes that are escaped (JSON in a text of JSON), or bare.
const secretValue = String.raw`\\+"[^"\\]*|"(?:[^"\\]|\\.)*"|[^\s,;}"]+`;
const namedSecret = new RegExp(String.raw`(\b\w{0,60}${secretNames}\\*"?\s{0,9}[:=]\s{0,9})(${secretValue})`, 'gi');
const secretKey = new RegExp(`${secretNames}$`, 'i');
const webToken = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const maxReadLength = 4096; // far beyond what is shown: the patterns would take seconds for a text that is made for it

/**
 * Makes a registry's own words safe to print: one line, no control characters, bounded, no echoed credentials.
 * @param sent what was sent as `Authorization`: it never shows, in whatever words it comes back.
 */
export function redactText(text: string, sent?: string): string {
  const own = secretsOf(sent).reduce((left, secret) => left.replaceAll(secret, '***'), text);
  const line = withoutCutWord(own).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ');
  const safe = line.replace(/\b(basic|bearer)\s+[^\s"]+/gi, '$1 ***').replace(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]*@/gi, '$1***@');
  const unnamed = safe.replace(namedSecret, withoutValue).replace(webToken, '***');
  return unnamed.replace(/(https?:\/\/[^\s?#"]*)[?#][^\s"]*/gi, '$1').slice(0, maxShownLength);
}

/** Writes an object of a registry's as JSON, without the values under names that speak of secrets, however they are nested. */
export function redactedJson(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (secretKey.test(key) ? '***' : inner));
}

function withoutValue(whole: string, name: string, value: string): string {
  return /^(basic|bearer)$/i.test(value) ? whole : `${name}***`; // a scheme, whose secret is out already
}

// Half a secret could be told by no pattern.
function withoutCutWord(text: string): string {
  if (text.length <= maxReadLength) return text;
  const [shown = ''] = /^.*[^\w.+/=-]/s.exec(text.slice(0, maxReadLength)) ?? [text.slice(0, maxShownLength)];
  return shown;
}

const minSecretLength = 4; // shorter ones stand in plain words, too

/** The parts of an Authorization header that must not show, the longest first. */
function secretsOf(sent: string | undefined): readonly string[] {
  const [, scheme = '', credentials = ''] = /^(\S+) (.+)$/s.exec(sent ?? '') ?? [];
  const pair = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString('utf8') : '';
  const secrets = [credentials, pair, pair.slice(pair.indexOf(':') + 1)];
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())]).filter(({ length }) => length >= minSecretLength);
}
