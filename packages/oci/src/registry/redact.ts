const maxShownLength = 300; // a message is read by people

/** Writes a URL for people and logs: no user, password, query or fragment, where signed URLs carry their secrets. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, maxShownLength);
}

/** Makes a registry's own words safe to print: one line, no control characters, bounded, no echoed credentials. */
export function redactText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  const safe = line.replace(/\b(basic|bearer)\s+\S+/gi, '$1 ***').replace(/(https?:\/\/)[^\s/@]*@/gi, '$1***@');
  return safe.replace(/(https?:\/\/[^\s?#"]*)[?#][^\s"]*/gi, '$1').slice(0, maxShownLength);
}
