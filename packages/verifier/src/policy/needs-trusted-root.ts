import type { PolicySigner } from './policy.ts';

/** Tells whether a signer's signatures can be judged only against a trusted root. */
export function needsTrustedRoot({ kind, evidence }: PolicySigner): boolean {
  return kind === 'keyless' || evidence.logEntries > 0 || evidence.timestamps > 0;
}
