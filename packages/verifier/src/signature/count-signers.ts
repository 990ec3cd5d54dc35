import { signerId } from '../policy/signer-id.ts';
import type { CountedSignature } from './counted-signature.ts';

/**
 * Counts how many different signers have signed: each entry of the policy with a key or a person of its own. A pattern
 * and an exact identity that one person matches are two entries and one person, and two people who match one pattern
 * are one entry: neither is two signers.
 */
export function countSigners(accepted: readonly CountedSignature[]): number {
  const entries = new Map<string, Set<string>>();
  for (const by of accepted) {
    const id = signerId(by.signer);
    entries.set(id, (entries.get(id) ?? new Set()).add(personOf(by)));
  }
  const taken = new Map<string, string>();
  return [...entries.keys()].filter((entry) => assign(entry, { entries, taken, tried: new Set() })).length;
}

/** Names who has really signed: the key, or the certificate's identity with the issuer that vouches for it. */
function personOf({ signer, identity = '' }: CountedSignature): string {
  return signer.kind === 'key' ? signer.fingerprint : JSON.stringify([signer.issuer, identity]);
}

interface Matching {
  readonly entries: ReadonlyMap<string, ReadonlySet<string>>;
  /** Which entry has each person. */
  readonly taken: Map<string, string>;
  readonly tried: Set<string>;
}

/** Finds a person for an entry, where need be by finding another one for the entry that has that person. */
function assign(entry: string, matching: Matching): boolean {
  const { entries, taken, tried } = matching;
  for (const person of entries.get(entry) ?? []) {
    if (tried.has(person)) continue;
    tried.add(person);
    const holder = taken.get(person);
    if (holder !== undefined && !assign(holder, matching)) continue;
    taken.set(person, entry);
    return true;
  }
  return false;
}
