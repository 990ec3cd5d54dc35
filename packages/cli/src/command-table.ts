import type { CommandModule } from './run-command.ts';

/** A command, and how to load it: nothing is imported for a command that does not run. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order in which a newcomer needs them. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: "Write capsule.yaml, the CI job, a policy and Kargo's manifests",
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'lock',
    summary: 'Write capsule.lock.yaml: the names and digests of the images',
    load: async () => (await import('./commands/lock.ts')).lockCommand,
  },
  {
    name: 'release',
    summary: 'Pack, push, sign, verify and tag: the one line that CI needs',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  {
    name: 'verify',
    summary: 'Judge a capsule against a Freight and a policy',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'unpack',
    summary: 'Verify a capsule and, if it is accepted, unpack it',
    load: async () => (await import('./commands/unpack.ts')).unpackCommand,
  },
  {
    name: 'inspect',
    summary: 'Show what a capsule holds and who has signed it, without judging it',
    load: async () => (await import('./commands/inspect.ts')).inspectCommand,
  },
  {
    name: 'pack',
    summary: 'Freeze a deploy package at a commit into a capsule',
    load: async () => (await import('./commands/pack.ts')).packCommand,
  },
  {
    name: 'sign',
    summary: 'Sign a capsule',
    load: async () => (await import('./commands/sign.ts')).signCommand,
  },
  {
    name: 'attest',
    summary: "Attach a capsule's provenance and SBOM, signed",
    load: async () => (await import('./commands/attest.ts')).attestCommand,
  },
  {
    name: 'serve',
    summary: 'Answer verifications over HTTP, for Kargo and other tools',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'keygen',
    summary: "Make a key pair in cosign's own format",
    load: async () => (await import('./commands/keygen.ts')).keygenCommand,
  },
  {
    name: 'trust',
    summary: 'Show or export the Sigstore root that identities are verified by',
    load: async () => (await import('./commands/trust.ts')).trustCommand,
  },
];
