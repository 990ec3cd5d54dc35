import type { CommandEntry } from '../command-table.ts';

/**
 * The commands of the program in the container image, which takes this table for the whole one: it judges and unpacks,
 * and can neither make nor sign anything.
 */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'Answer verifications over HTTP, for Kargo and other tools',
    load: async () => (await import('../commands/serve.ts')).serveCommand,
  },
  {
    name: 'verify',
    summary: 'Judge a capsule against a Freight and a policy',
    load: async () => (await import('../commands/verify.ts')).verifyCommand,
  },
  {
    name: 'unpack',
    summary: 'Verify a capsule and, if it is accepted, unpack it',
    load: async () => (await import('../commands/unpack.ts')).unpackCommand,
  },
  {
    name: 'trust',
    summary: 'Show or export the Sigstore root that identities are verified by',
    load: async () => (await import('../commands/trust.ts')).trustCommand,
  },
];
