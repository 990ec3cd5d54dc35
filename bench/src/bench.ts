import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataSet, makeLargeFiles, makeSmallFiles, packagePath } from './data.ts';
import type { MeasureOptions } from './measure.ts';
import { runChild } from './run-child.ts';
import type { Program } from './start-child.ts';

/** How much is measured. */
export interface BenchSettings {
  /** Measured pairs of each comparison. */
  readonly runs: number;
  /** Small data instead of the full sets: shows that everything runs, says nothing about speed. */
  readonly isQuick: boolean;
}

/** A capsule in a store. */
export interface Release {
  /** What the command is given: a place and a digest. */
  readonly reference: string;
  readonly digest: string;
  readonly data: DataSet;
}

const cliPackage = fileURLToPath(new URL('../../packages/cli/', import.meta.url));

/** The capsule's name, and the repository that its policy expects. */
export const expected = { name: 'bench', image: 'ghcr.io/example/app', source: 'https://github.com/example/app' } as const;

/** A directory with the data sets and a key pair, and the ways to run the command on them. */
export class Bench implements Disposable {
  readonly path: string;
  readonly settings: BenchSettings;
  /** What every program gets: nothing of the user's. */
  readonly env: Readonly<Record<string, string>>;
  readonly #data = new Map<string, DataSet>();
  readonly #layouts = new Map<DataSet, Release>();

  private constructor(path: string, settings: BenchSettings) {
    this.path = path;
    this.settings = settings;
    const home = join(path, 'home');
    mkdirSync(home);
    // A copy: what is measured stays the same, whoever builds meanwhile.
    for (const part of ['package.json', 'dist']) cpSync(join(cliPackage, part), join(path, 'cli', part), { recursive: true });
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      XDG_CONFIG_HOME: home,
      XDG_RUNTIME_DIR: home,
      DOCKER_CONFIG: home,
      TUF_ROOT: join(home, 'tuf'),
      COSIGN_PASSWORD: 'bench password',
    };
  }

  static async open(settings: BenchSettings): Promise<Bench> {
    const bench = new Bench(mkdtempSync(join(realpathSync(tmpdir()), 'capsule-bench-')), settings);
    try {
      await runChild(bench.capsule(['keygen', '--output', 'keys']));
      writeFileSync(join(bench.path, 'policy.yaml'), policyText);
      return bench;
    } catch (error) {
      bench[Symbol.dispose]();
      throw error;
    }
  }

  /** About 2,000 manifests of 4 KB, as a package of many components has them. */
  get smallFiles(): DataSet {
    const [directories, filesEach] = this.settings.isQuick ? [4, 5] : [40, 50];
    return this.#make('small', (path) => makeSmallFiles(path, directories, filesEach));
  }

  /** A handful of manifests: what is left is the verification itself. */
  get fewFiles(): DataSet {
    return this.#make('few', (path) => makeSmallFiles(path, 1, 3));
  }

  /** Three files of 30 MB. */
  get largeFiles(): DataSet {
    return this.threeFiles(90);
  }

  /** Three files of so many megabytes together. */
  threeFiles(megabytes: number): DataSet {
    const bytes = Math.round(((this.settings.isQuick ? megabytes / 30 : megabytes) * 1e6) / 3);
    return this.#make(`large-${megabytes}`, (path) => makeLargeFiles(path, [bytes, bytes, bytes]));
  }

  /** The public key that the policy trusts. */
  get publicKey(): string {
    return readFileSync(join(this.path, 'keys', 'cosign.pub'), 'utf8');
  }

  /** Says how to run the command, as it is published: one bundle under Node. */
  capsule(args: readonly string[], nodeArgs: readonly string[] = []): Program {
    return this.program(process.execPath, [...nodeArgs, join(this.path, 'cli', 'dist', 'capsule.js'), ...args]);
  }

  /** Says how to run another program in the same surroundings. */
  program(file: string, args: readonly string[]): Program {
    return { file, args, cwd: this.path, env: this.env };
  }

  /** How often a comparison is run, and where. */
  get measuring(): MeasureOptions {
    return { runs: this.settings.runs, path: this.path };
  }

  /** The arguments that pack a data set. */
  packArguments(data: DataSet, to: string): readonly string[] {
    const source = ['--repo', data.repository, '--package', packagePath, '--source-url', expected.source];
    return [...source, '--name', expected.name, '--image', imageOf(data), '--to', to];
  }

  /** The arguments that verify a release: with a policy that requires every claim that there is. */
  verifyArguments({ reference, data }: Release): readonly string[] {
    return [reference, '--image', imageOf(data), '--policy', 'policy.yaml'];
  }

  /** Packs and signs a data set into a layout, once. */
  async layoutOf(data: DataSet): Promise<Release> {
    const known = this.#layouts.get(data);
    if (known !== undefined) return known;
    const release = await this.release(data, `oci:${data.repository}-layout`);
    this.#layouts.set(data, release);
    return release;
  }

  /** Packs and signs a data set into a store. */
  async release(data: DataSet, place: string): Promise<Release> {
    const key = join('keys', 'cosign.key');
    const printed = await runChild(this.capsule(['release', ...this.packArguments(data, place), '--key', key, '--json']));
    const { digest } = JSON.parse(printed) as { readonly digest: string };
    return { reference: `${place}@${digest}`, digest, data };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #make(name: string, make: (repository: string) => DataSet): DataSet {
    const known = this.#data.get(name);
    if (known !== undefined) return known;
    const data = make(join(this.path, name));
    this.#data.set(name, data);
    return data;
  }
}

/** The application image that a data set's capsule is released with. */
export function imageOf({ commit }: DataSet): string {
  return `${expected.image}:git-${commit}@sha256:${'a'.repeat(64)}`;
}

const policyText = `apiVersion: release-capsule/v1
kind: Policy
capsule:
  name: ${expected.name}
  signers: [{ key: keys/cosign.pub }]
image: { repository: ${expected.image} }
source: { repository: "${expected.source}", path: ${packagePath} }
package: { kind: kustomize }
`;
