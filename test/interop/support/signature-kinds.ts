import type { Program, SigstoreBench, Trust } from './sigstore-bench.ts';

/** A way to sign: a row of the matrix. */
export interface SignatureKind {
  readonly name: string;
  readonly trust: Trust;
  readonly program: Program;
  readonly command: 'sign' | 'attest';
  /** The arguments beside the key or token. */
  readonly args: (bench: SigstoreBench) => readonly string[];
  /** Whether the bundle is left behind, for verifiers that would look no further. */
  readonly legacyOnly?: true;
  /** The code of our refusal, where we refuse. */
  readonly capsuleRefuses?: string;
}

/** The predicate type of every attestation that is made here. */
export const attestationType = 'https://example.com/checked/v1';

const key = { by: { key: 'keys/cosign.pub' }, logged: false, timed: false };
const loggedKey = { ...key, logged: true, timed: true };
const p384 = { ...loggedKey, by: { key: 'p384.pub' }, digest: 'sha384' } as const;
const rsa = { ...loggedKey, by: { key: 'rsa.pub' } };
const workflow = { by: { issuer: 'github' }, logged: true, timed: true } as const;
const person = { by: { issuer: 'email' }, logged: false, timed: true } as const;

const bundle = '--new-bundle-format=true';
const legacy = ['--new-bundle-format=false', '--tlog-upload=false'];
const predicate = ['--predicate', 'predicate.json', '--type', attestationType];

/** Every way to sign that the interop run shows. */
export const signatureKinds: readonly SignatureKind[] = [
  { name: 'capsule, key', program: 'capsule', command: 'sign', trust: key, args: () => [] },
  { name: 'capsule, key, log and timestamp', program: 'capsule', command: 'sign', trust: loggedKey, args: services },
  { name: 'capsule, P-384 key, log and timestamp', program: 'capsule', command: 'sign', trust: p384, args: services },
  { name: 'capsule, workflow, log and timestamp', program: 'capsule', command: 'sign', trust: workflow, args: services },
  { name: 'capsule, person, timestamp', program: 'capsule', command: 'sign', trust: person, args: unlogged },
  {
    name: 'capsule, key, .sig',
    program: 'capsule',
    command: 'sign',
    trust: key,
    args: () => ['--legacy-signature'],
    legacyOnly: true,
  },
  {
    name: 'capsule, person, timestamp, .sig',
    program: 'capsule',
    command: 'sign',
    trust: person,
    args: (bench) => ['--legacy-signature', ...unlogged(bench)],
    legacyOnly: true,
  },
  { name: 'cosign 3, key', program: 'cosign', command: 'sign', trust: key, args: noServices },
  { name: 'cosign 3, key, log and timestamp', program: 'cosign', command: 'sign', trust: loggedKey, args: services },
  { name: 'cosign 3, P-384 key, log and timestamp', program: 'cosign', command: 'sign', trust: p384, args: services },
  { name: 'cosign 3, RSA key, log and timestamp', program: 'cosign', command: 'sign', trust: rsa, args: services },
  { name: 'cosign 3, workflow, log and timestamp', program: 'cosign', command: 'sign', trust: workflow, args: services },
  { name: 'cosign 3, person, timestamp', program: 'cosign', command: 'sign', trust: person, args: unlogged },
  {
    name: 'cosign 3, key, .sig',
    program: 'cosign',
    command: 'sign',
    trust: key,
    args: () => [...legacy, '--use-signing-config=false'],
  },
  {
    name: 'cosign 3, attestation by key',
    program: 'cosign',
    command: 'attest',
    trust: key,
    args: () => [...noServices(), ...predicate],
    capsuleRefuses: 'SIGNATURE_NOT_A_SIGNATURE',
  },
  {
    name: 'cosign 3, attestation by workflow',
    program: 'cosign',
    command: 'attest',
    trust: workflow,
    args: (bench) => [...services(bench), ...predicate],
    capsuleRefuses: 'SIGNATURE_NOT_A_SIGNATURE',
  },
  { name: 'cosign 2, key', program: 'cosign2', command: 'sign', trust: key, args: () => [bundle, '--tlog-upload=false'] },
  {
    name: 'cosign 2, person, timestamp',
    program: 'cosign2',
    command: 'sign',
    trust: person,
    args: (bench) => [bundle, ...unlogged(bench)],
  },
  { name: 'cosign 2, key, .sig', program: 'cosign2', command: 'sign', trust: key, args: () => legacy },
  {
    name: 'cosign 2, person, timestamp, .sig',
    program: 'cosign2',
    command: 'sign',
    trust: person,
    args: (bench) => [...legacy, ...legacyServices(bench)],
  },
  {
    name: 'cosign 2, attestation by key', // its annotation says that it is a signature
    program: 'cosign2',
    command: 'attest',
    trust: key,
    args: () => [bundle, '--tlog-upload=false', ...predicate],
    capsuleRefuses: 'SIGNATURE_NOT_A_SIGNATURE',
  },
  {
    name: 'cosign 2, attestation by person, timestamp',
    program: 'cosign2',
    command: 'attest',
    trust: person,
    args: (bench) => [bundle, ...unlogged(bench), ...predicate],
    capsuleRefuses: 'SIGNATURE_NOT_A_SIGNATURE',
  },
  {
    name: 'cosign 2, attestation by key, .att',
    program: 'cosign2',
    command: 'attest',
    trust: key,
    args: () => [...legacy, ...predicate],
    capsuleRefuses: 'SIGNATURE_MISSING',
  },
];

function noServices(): readonly string[] {
  return ['--signing-config', 'no-services.json'];
}

function services({ sigstore: { files } }: SigstoreBench): readonly string[] {
  return ['--signing-config', files.signingConfig, '--trusted-root', files.trustedRoot];
}

function unlogged({ sigstore: { files } }: SigstoreBench): readonly string[] {
  return ['--signing-config', files.unloggedSigningConfig, '--trusted-root', files.trustedRoot];
}

function legacyServices({ sigstore: { files, urls } }: SigstoreBench): readonly string[] {
  return ['--fulcio-url', urls.fulcio, '--timestamp-server-url', urls.timestampAuthority, '--trusted-root', files.trustedRoot];
}
