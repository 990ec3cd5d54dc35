import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../tools.ts';
import type { Ended } from './run-program.ts';
import type { Workbench } from './workbench.ts';

/** What is attested: the file with the predicate, and cosign's name for its type, or the type itself. */
export interface Attested {
  readonly file: string;
  readonly type: string;
}

const checked: Attested = { file: 'predicate.json', type: 'https://example.com/checked/v1' };

/** cosign, with neither a transparency log, a timestamp authority nor a network beyond loopback. */
export class Cosign {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    const type = 'application/vnd.dev.sigstore';
    const file = (name: string, content: object): void =>
      writeFileSync(join(workbench.path, name), JSON.stringify(content));
    file('no-services.json', { mediaType: `${type}.signingconfig.v0.2+json`, rekorTlogConfig: {}, tsaConfig: {} });
    file('no-roots.json', { mediaType: `${type}.trustedroot+json;version=0.1` });
    file('predicate.json', { checked: true });
  }

  /** Makes `<prefix>.key` and `<prefix>.pub`. */
  async generateKeyPair(prefix: string): Promise<void> {
    await this.#run('generate-key-pair', '--output-key-prefix', prefix);
  }

  async sign(reference: string, key: string): Promise<void> {
    await this.#run('sign', ...this.#offline, '--key', key, reference);
  }

  /** Attaches an attestation, of a type of the user's own unless given. */
  async attest(reference: string, key: string, { file, type }: Attested = checked): Promise<void> {
    const predicate = ['--predicate', file, '--type', type];
    await this.#run('attest', ...this.#offline, ...predicate, '--key', key, reference);
  }

  /** Signs as cosign 2 does, under a tag of its own. */
  async signLegacy(reference: string, key: string): Promise<void> {
    await this.#workbench.run(toolPath('cosign2'), 'sign', '--yes', '--tlog-upload=false', '--key', key, reference);
  }

  /** Attests as cosign 2 does, under a tag of its own. */
  async attestLegacy(reference: string, key: string, { file, type }: Attested): Promise<void> {
    const args = ['--yes', '--tlog-upload=false', '--key', key, '--predicate', file, '--type', type];
    await this.#workbench.run(toolPath('cosign2'), 'attest', ...args, reference);
  }

  verify(reference: string, key: string): Promise<Ended> {
    const args = ['verify', '--key', key, '--insecure-ignore-tlog=true', reference];
    return this.#workbench.attempt(toolPath('cosign'), ...args);
  }

  /** Verifies the `.sig` tag, and no bundle. */
  verifyLegacy(reference: string, key: string): Promise<Ended> {
    const args = ['verify', '--new-bundle-format=false', '--key', key, '--insecure-ignore-tlog=true', reference];
    return this.#workbench.attempt(toolPath('cosign'), ...args);
  }

  /** Verifies that an attestation of a type is attached, and prints its envelope. */
  verifyAttestation(reference: string, { key, type }: { readonly key: string; readonly type: string }): Promise<Ended> {
    const args = ['verify-attestation', '--key', key, '--insecure-ignore-tlog=true', '--type', type, reference];
    return this.#workbench.attempt(toolPath('cosign'), ...args);
  }

  get #offline(): readonly string[] {
    return ['--yes', '--signing-config', 'no-services.json', '--trusted-root', 'no-roots.json'];
  }

  #run(...args: readonly string[]): Promise<string> {
    return this.#workbench.run(toolPath('cosign'), ...args);
  }
}
