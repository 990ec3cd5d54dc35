const maxShownLength = 300; // a message is read by people
const maxReadLength = 8192; // a token of some kilobytes and words behind it; patterns take a time that grows with the square of it

/** Writes a URL for people and logs: no user, password, query or fragment, where signed URLs carry their secrets. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, maxShownLength);
}

// What a registry may echo of a request, or hand out in an answer: after these words comes a secret.
const secretNames = String.raw`(?:password|passwd|secret|token|authorization|credentials?|api[-_]?key)`;
const namedSecret = new RegExp(String.raw`(\b\w*${secretNames}"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s,;}"]+)`, 'gi');
const webToken = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Makes a registry's own words safe to print: one line, no control characters, bounded, no echoed credentials. */
export function redactText(text: string): string {
  const line = beginning(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  const safe = line.replace(/\b(basic|bearer)\s+[^\s"]+/gi, '$1 ***').replace(/(https?:\/\/)[^\s/@]*@/gi, '$1***@');
  const unnamed = safe.replace(namedSecret, withoutValue).replace(webToken, '***');
  return unnamed.replace(/(https?:\/\/[^\s?#"]*)[?#][^\s"]*/gi, '$1').slice(0, maxShownLength);
}

/** Cut between words: of a secret that is cut, its form could not be told. */
function beginning(text: string): string {
  if (text.length <= maxReadLength) return text;
  const read = text.slice(0, maxReadLength);
  return read.slice(0, Math.max(0, read.search(/\s\S*$/)));
}

function withoutValue(whole: string, name: string, value: string): string {
  return /^(basic|bearer)$/i.test(value) ? whole : `${name}***`; // a scheme, whose secret is out already
}
