/** Hides what stands before an `@` in the host part of a reference: people paste URLs with passwords in them. */
export function redactReference(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf('@');
  // A digest is no secret, and a bare `name@sha256:...` is a common mistake that the message should show.
  if (at === -1 || /^sha(?:256|512):/.test(authority.slice(at + 1))) return text;
  return `${scheme}***${rest.slice(at)}`;
}
