/** Who asks: never a secret, only which one was shown. */
export type Caller =
  | { readonly kind: 'anonymous' }
  /** The token on this line of the token file, counted from 1. */
  | { readonly kind: 'token'; readonly line: number }
  | { readonly kind: 'certificate'; readonly subject: string };

/** Names a caller in one word, for the audit line. */
export function callerName(caller: Caller): string {
  if (caller.kind === 'token') return `token:${caller.line}`;
  return caller.kind === 'certificate' ? `certificate:${caller.subject}` : 'anonymous';
}
