import type { ArgumentShape } from '@release-capsule/core';

/** What is read from, whatever it is a store of. */
export const readerMethods: readonly string[] = ['fetch', 'resolve', 'exists', 'referrers'];
/** As `parseFreightText` and `freightFromImage` make one. */
export const freightShape: ArgumentShape = { images: 'objects', commits: 'objects', charts: 'objects', artifacts: 'objects' };
/** As `parsePolicyText` and `policyFromFlags` make one. */
export const policyShape: ArgumentShape = {
  mode: 'text',
  capsule: { signers: 'objects', threshold: 'count' },
  require: 'object',
  pairing: 'text',
  tagRule: 'text',
  allow: { references: 'texts', unlockedImages: 'texts' },
  deny: 'objects',
};
