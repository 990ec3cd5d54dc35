import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../tools.ts';
import { identities, type Issuer, type PrivateSigstore, startPrivateSigstore } from './private-sigstore.ts';
import { startReferrersRegistry } from './registry-kinds.ts';
import type { TestRegistry } from './registry.ts';
import { failedCodes, parseFailed, parseReleased } from './released.ts';
import type { Ended } from './run-program.ts';
import { Workbench } from './workbench.ts';

/** The programs that sign and verify. */
export const programs = ['capsule', 'cosign', 'cosign2'] as const;

export type Program = (typeof programs)[number];

/** Which cosign. */
export type CosignProgram = Exclude<Program, 'capsule'>;

/** Whom a signature is expected of, and what vouches for it beside the signer. */
export interface Trust {
  /** A public key's path, or an issuer whose usual identity must have signed. */
  readonly by: { readonly key: string } | KeylessSigner;
  readonly logged: boolean;
  readonly timed: boolean;
  /** What cosign must be told of a key that does not sign SHA-256. */
  readonly digest?: 'sha384';
}

/** Somebody whom an issuer vouches for. */
export interface KeylessSigner {
  readonly issuer: Issuer;
  /** By default the issuer's usual one. */
  readonly identity?: string;
  /** Whose issuer it is, where it is another instance's. */
  readonly instance?: PrivateSigstore;
}

/** What a policy says of signers and trust. */
export interface StatedPolicy {
  readonly signers: readonly object[];
  readonly threshold?: number;
  /** By default that of the private Sigstore. */
  readonly trustedRoot?: string;
  readonly deny?: readonly object[];
}

/** A trusted root's file, as far as tests change it. */
export interface TrustedRootFile {
  readonly tlogs: readonly { readonly publicKey: object }[];
  readonly certificateAuthorities: readonly object[];
  readonly ctlogs: readonly { readonly publicKey: object }[];
  readonly timestampAuthorities: readonly object[];
}

/** A workbench, a registry with the referrers API and a private Sigstore, and the programs that use them. */
export class SigstoreBench implements AsyncDisposable {
  readonly workbench: Workbench;
  readonly sigstore: PrivateSigstore;
  readonly #registry: TestRegistry;
  #files = 0;

  private constructor(workbench: Workbench, registry: TestRegistry, sigstore: PrivateSigstore) {
    this.workbench = workbench;
    this.sigstore = sigstore;
    this.#registry = registry;
    this.write('no-services.json', { mediaType: signingConfigType, rekorTlogConfig: {}, tsaConfig: {} });
    this.write('predicate.json', { checked: true });
  }

  static async open(): Promise<SigstoreBench> {
    const [workbench, registry, sigstore] = await Promise.all([Workbench.open(), startReferrersRegistry(), startPrivateSigstore()]);
    const bench = new SigstoreBench(workbench, registry, sigstore);
    await bench.#importKey('p384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey);
    await bench.#importKey('rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    return bench;
  }

  /** The address of a repository in the registry. */
  place(repository: string): string {
    return `${this.#registry.host}/${repository}`;
  }

  /** Packs the example, unsigned, into a repository of its own; returns its reference by digest. */
  async pack(repository: string): Promise<string> {
    const place = this.place(repository);
    const packed = await this.workbench.succeed(['pack', ...this.workbench.packArguments(place)]);
    return `${place}@${parseReleased(packed).digest}`;
  }

  /** Lets a program sign, or attest; it must succeed. */
  async sign(program: Program, command: readonly string[], by: Trust['by']): Promise<void> {
    const args = [...command, ...(await this.#credential(by))];
    if (program === 'capsule') await this.workbench.succeed([...args, ...('key' in by ? [] : ['--keyless'])]);
    else await this.workbench.run(toolPath(program), ...args, '--yes');
  }

  /** Copies a capsule with its `.sig` and without its bundles; returns the copy's reference. */
  async withoutBundles(reference: string): Promise<string> {
    const [place = '', digest = ''] = reference.split('@');
    const copy = `${place}-without-bundles`;
    const sig = digest.replace(':', '-').concat('.sig');
    const copyImage = (from: string, to: string): Promise<string> =>
      this.workbench.run(toolPath('regctl'), 'image', 'copy', from, to, '--host', `reg=${this.#registry.host},tls=disabled`);
    await copyImage(reference, `${copy}@${digest}`);
    await copyImage(`${place}:${sig}`, `${copy}:${sig}`);
    return `${copy}@${digest}`;
  }

  /** Lets cosign verify a signature, or an attestation. */
  cosignVerify(program: CosignProgram, command: readonly string[], trust: Trust & { readonly trustedRoot?: string }): Promise<Ended> {
    const [name = '', ...rest] = command;
    const { by, logged, timed, digest, trustedRoot = this.sigstore.files.trustedRoot } = trust;
    const whom = 'key' in by ? ['--key', by.key] : this.#certificate(by);
    const evidence = [...(logged ? [] : ['--insecure-ignore-tlog=true']), ...(timed ? ['--use-signed-timestamps'] : [])];
    const hash = digest === undefined ? [] : ['--signature-digest-algorithm', digest];
    const args = [...whom, ...evidence, ...hash, '--trusted-root', trustedRoot, ...rest];
    return this.workbench.attempt(toolPath(program), name, ...args);
  }

  /** Judges a capsule by a policy: `accepted`, or the codes of what is not proven. */
  async capsuleVerify(reference: string, policy: StatedPolicy): Promise<string> {
    const { workbench } = this;
    const args = ['verify', reference, '--image', workbench.image(), '--policy', this.#writePolicy(policy), '--json'];
    const { status, stdout } = await workbench.capsule(args);
    if (status === 0) return 'accepted';
    return status === 1 ? failedCodes(stdout).join(', ') : parseFailed(stdout).code;
  }

  /** Names a signer in a policy. */
  signer({ by, logged, timed }: Trust): object {
    const evidence = { logEntries: logged ? 1 : 0, timestamps: timed ? 1 : 0 };
    if ('key' in by) return { ...by, ...evidence };
    const { issuer, identity = identities[issuer] } = by;
    return { keyless: { identity, issuer: this.sigstore.issuers[issuer] }, ...evidence };
  }

  /** Writes the trusted root with changes, and returns its path. */
  changedRoot(change: (root: TrustedRootFile) => object): string {
    const { trustedRoot } = this.sigstore.files;
    this.#files += 1;
    const name = `changed-root-${this.#files}.json`;
    this.write(name, change(JSON.parse(readFileSync(trustedRoot, 'utf8')) as TrustedRootFile));
    return join(this.workbench.path, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sigstore[Symbol.asyncDispose]();
    await this.#registry[Symbol.asyncDispose]();
    this.workbench[Symbol.dispose]();
  }

  /** What signs, as flags that both cosign and we take: a key, or a file with a fresh token of an issuer. */
  async #credential(by: Trust['by']): Promise<readonly string[]> {
    if ('key' in by) return ['--key', by.key.replace(/\.pub$/, '.key')];
    const path = join(this.workbench.path, 'identity-token');
    const { instance = this.sigstore } = by;
    writeFileSync(path, await instance.token(by.issuer));
    return ['--identity-token', path];
  }

  /** Lets cosign encrypt a private key: writes `<name>.key` and `<name>.pub`. */
  async #importKey(name: string, key: KeyObject): Promise<void> {
    writeFileSync(join(this.workbench.path, `${name}.pem`), key.export({ type: 'pkcs8', format: 'pem' }));
    await this.workbench.run(toolPath('cosign'), 'import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name);
  }

  #certificate({ issuer, identity = identities[issuer] }: KeylessSigner): readonly string[] {
    return ['--certificate-identity', identity, '--certificate-oidc-issuer', this.sigstore.issuers[issuer]];
  }

  #writePolicy({ trustedRoot = this.sigstore.files.trustedRoot, deny = [], ...capsule }: StatedPolicy): string {
    this.#files += 1;
    return this.write(`policy-${this.#files}.json`, {
      apiVersion: 'release-capsule/v1',
      kind: 'Policy',
      capsule: { name: 'hello', ...capsule },
      trust: { trustedRoot },
      deny,
    });
  }

  /** Writes JSON into the workbench's directory; returns the file's name. */
  write(name: string, content: object): string {
    writeFileSync(join(this.workbench.path, name), JSON.stringify(content));
    return name;
  }
}

const signingConfigType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
