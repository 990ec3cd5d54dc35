import { spellInFull } from '@release-capsule/core';

/** Brings a repository's name into the one form in which two names of one repository are equal. */
export function normaliseRepository(name: string): string {
  return spellInFull(name);
}

/** Tells whether two names are of one repository. */
export function isSameRepository(one: string, other: string): boolean {
  return spellInFull(one) === spellInFull(other);
}
