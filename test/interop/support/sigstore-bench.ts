import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RequiredTool, toolPath } from '../tools.ts';
import { identities, type Issuer, type PrivateSigstore, startPrivateSigstore } from './private-sigstore.ts';
import { startReferrersRegistry } from './registry-kinds.ts';
import type { TestRegistry } from './registry.ts';
import { parseReleased } from './released.ts';
import type { Ended } from './run-program.ts';
import { Workbench } from './workbench.ts';

/** Which cosign. */
export type CosignProgram = Extract<RequiredTool, 'cosign' | 'cosign2'>;

/** Whom a signature is expected of, and what vouches for it beside the signer. */
export interface Trust {
  /** A public key's path, or an issuer whose usual identity must have signed. */
  readonly by: { readonly key: string } | { readonly issuer: Issuer; readonly identity?: string };
  readonly logged: boolean;
  readonly timed: boolean;
}

/** A workbench, a registry with the referrers API and a private Sigstore, and the programs that use them. */
export class SigstoreBench implements AsyncDisposable {
  readonly workbench: Workbench;
  readonly sigstore: PrivateSigstore;
  readonly #registry: TestRegistry;
  #policies = 0;

  private constructor(workbench: Workbench, registry: TestRegistry, sigstore: PrivateSigstore) {
    this.workbench = workbench;
    this.sigstore = sigstore;
    this.#registry = registry;
    this.#write('no-services.json', { mediaType: signingConfigType, rekorTlogConfig: {}, tsaConfig: {} });
    this.#write('predicate.json', { checked: true });
  }

  static async open(): Promise<SigstoreBench> {
    const [workbench, registry, sigstore] = await Promise.all([Workbench.open(), startReferrersRegistry(), startPrivateSigstore()]);
    return new SigstoreBench(workbench, registry, sigstore);
  }

  /** Packs the example, unsigned, into a repository of its own; returns its reference by digest. */
  async pack(repository: string): Promise<string> {
    const place = `${this.#registry.host}/${repository}`;
    const packed = await this.workbench.succeed(['pack', ...this.workbench.packArguments(place)]);
    return `${place}@${parseReleased(packed).digest}`;
  }

  /** Lets cosign sign, or attest; it must succeed. */
  async cosign(program: CosignProgram, command: readonly string[], by: Trust['by']): Promise<void> {
    const [name = '', ...args] = command;
    await this.workbench.run(toolPath(program), name, '--yes', ...(await this.credential(by)), ...args);
  }

  /** What signs, as flags that both cosign and we take: a key, or a file with a fresh token of an issuer. */
  async credential(by: Trust['by']): Promise<readonly string[]> {
    if ('key' in by) return ['--key', by.key.replace(/\.pub$/, '.key')];
    const path = join(this.workbench.path, 'identity-token');
    writeFileSync(path, await this.sigstore.token(by.issuer));
    return ['--identity-token', path];
  }

  /** Lets cosign verify a signature, or an attestation. */
  cosignVerify(program: CosignProgram, command: readonly string[], { by, logged, timed }: Trust): Promise<Ended> {
    const [name = '', ...rest] = command;
    const whom = 'key' in by ? ['--key', by.key] : this.#certificate(by);
    const evidence = [...(logged ? [] : ['--insecure-ignore-tlog=true']), ...(timed ? ['--use-signed-timestamps'] : [])];
    const args = [...whom, ...evidence, '--trusted-root', this.sigstore.files.trustedRoot, ...rest];
    return this.workbench.attempt(toolPath(program), name, ...args);
  }

  /** Verifies a capsule by a policy of our own. */
  capsuleVerify(reference: string, trust: Trust): Promise<Ended> {
    const policy = this.#writePolicy(trust);
    const { workbench } = this;
    return workbench.capsule(['verify', reference, '--image', workbench.image(), '--policy', policy, '--json']);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sigstore[Symbol.asyncDispose]();
    await this.#registry[Symbol.asyncDispose]();
    this.workbench[Symbol.dispose]();
  }

  #certificate({ issuer, identity = identities[issuer] }: { readonly issuer: Issuer; readonly identity?: string }): readonly string[] {
    return ['--certificate-identity', identity, '--certificate-oidc-issuer', this.sigstore.issuers[issuer]];
  }

  #writePolicy({ by, logged, timed }: Trust): string {
    const evidence = { logEntries: logged ? 1 : 0, timestamps: timed ? 1 : 0 };
    this.#policies += 1;
    return this.#write(`policy-${this.#policies}.json`, {
      apiVersion: 'release-capsule/v1',
      kind: 'Policy',
      capsule: { name: 'hello', signers: [{ ...this.#signer(by), ...evidence }] },
      trust: { trustedRoot: this.sigstore.files.trustedRoot },
    });
  }

  #signer(by: Trust['by']): object {
    if ('key' in by) return by;
    const { issuer, identity = identities[issuer] } = by;
    return { keyless: { identity, issuer: this.sigstore.issuers[issuer] } };
  }

  #write(name: string, content: object): string {
    writeFileSync(join(this.workbench.path, name), JSON.stringify(content));
    return name;
  }
}

const signingConfigType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
