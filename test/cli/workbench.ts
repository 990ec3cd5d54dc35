import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CommandOptions, type CommandResult, runCapsule, type RunningCommand, startCapsule } from './capsule-command.ts';

/** Files by path; a script is executable. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

const examplePackage: Files = {
  'k8s/base/kustomization.yaml': 'resources: [deployment.yaml, config.yaml]\n',
  'k8s/base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { template: { spec: { containers: [{ name: app, image: ghcr.io/example/app }] } } }
`,
  'k8s/base/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\n',
  'k8s/overlays/production/kustomization.yaml': 'resources: [../../base]\n',
  'README.md': 'Not part of the package.\n',
};

const imageDigest = `sha256:${'1'.repeat(64)}`;

/** Options that differ from one run to the next. */
export type RunOptions = Partial<Omit<CommandOptions, 'env'>> & { readonly env?: Readonly<Record<string, string>> };

/**
 * A directory with what a release needs: a Git repository `app` with a package in `k8s`, a key pair `signing.key` and
 * `signing.pub`, and a directory for temporary files that is nobody else's.
 */
export class Workbench implements Disposable {
  readonly directory: string = realpathSync(mkdtempSync(join(tmpdir(), 'capsule-cli-')));
  readonly temporary: string = join(this.directory, 'tmp');
  /** The full id of the commit that {@link commit} made last. */
  head = '';

  constructor(files: Files = examplePackage) {
    for (const name of ['tmp', 'home', 'app', 'out']) mkdirSync(join(this.directory, name));
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.write('signing.key', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    this.write('signing.pub', pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    this.git('init', '--quiet', '--initial-branch=main');
    this.commit(files);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  write(path: string, content: string | Uint8Array): string {
    const at = this.path(path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
    return at;
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Runs git in the repository, with a fixed identity and time. */
  git(...args: readonly string[]): string {
    const identity = { NAME: 'A', EMAIL: 'a@example.com', DATE: '1700000000 +0100' };
    const env = Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => Object.entries(identity).map(([what, value]) => [`GIT_${who}_${what}`, value])),
    );
    return execFileSync('git', args, { cwd: this.path('app'), env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  }

  /** Writes files into the repository and commits everything. */
  commit(files: Files = {}): string {
    for (const [path, content] of Object.entries(files)) this.write(join('app', path), content);
    this.git('add', '--all', '--force');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'A commit');
    this.head = this.git('rev-parse', 'HEAD');
    return this.head;
  }

  get env(): Readonly<Record<string, string>> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.path('home'),
      TMPDIR: this.temporary,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    };
  }

  /** The variable PATH with git alone: no program is at hand that renders. */
  pathWithGit(): { readonly PATH: string } {
    mkdirSync(this.path('bin'), { recursive: true });
    const git = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
    if (!existsSync(this.path('bin/git'))) symlinkSync(git, this.path('bin/git'));
    return { PATH: this.path('bin') };
  }

  get tag(): string {
    return `git-${this.head}`;
  }

  /** The application image, with its tag. */
  get image(): string {
    return `ghcr.io/example/app:${this.tag}@${imageDigest}`;
  }

  /** The options that pack the example. */
  get packOptions(): readonly string[] {
    return ['--repo', 'app', '--name', 'app', '--package', 'k8s', '--source-url', 'https://github.com/example/app', '--image', this.image];
  }

  /** The options that verify it. */
  get verifyOptions(): readonly string[] {
    return ['--image', this.image, '--name', 'app', '--key', 'signing.pub'];
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return runCapsule(args, this.#complete(options));
  }

  start(args: readonly string[], options: RunOptions = {}): RunningCommand {
    return startCapsule(args, this.#complete(options));
  }

  /** Runs a command that must succeed, with `--json`, and returns what it printed. */
  async json(args: readonly string[], options: RunOptions = {}): Promise<Record<string, unknown>> {
    const { status, stdout, stderr } = await this.run([...args, '--json'], options);
    if (status !== 0) throw new Error(`capsule ${args.join(' ')} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout);
  }

  pack(to = 'oci:capsules'): Promise<Record<string, unknown>> {
    return this.json(['pack', ...this.packOptions, '--to', to]);
  }

  release(to = 'oci:capsules', ...flags: readonly string[]): Promise<Record<string, unknown>> {
    return this.json(['release', ...this.packOptions, '--to', to, '--key', 'signing.key', ...flags]);
  }

  /** What is left in the directory for temporary files. */
  leftovers(): readonly string[] {
    return readdirSync(this.temporary);
  }

  /** Describes every file below a path, its mode and content: two equal descriptions are two equal trees. */
  snapshot(path: string): readonly string[] {
    return describe(this.path(path), '');
  }

  #complete({ env, ...options }: RunOptions): CommandOptions {
    return { cwd: this.directory, ...options, env: { ...this.env, ...env } };
  }
}

function describe(root: string, path: string): readonly string[] {
  const at = join(root, path);
  const stat = lstatSync(at, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const mode = (stat.mode & 0o777).toString(8);
  if (!stat.isDirectory()) {
    return [`${path} ${mode} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`];
  }
  return [`${path}/ ${mode}`, ...readdirSync(at).sort().flatMap((name) => describe(root, join(path, name)))];
}

/** Changes bytes of a file that may be read-only. */
export function rewrite(path: string, change: (bytes: Buffer) => Uint8Array): void {
  const { mode } = lstatSync(path);
  const changed = change(readFileSync(path));
  chmodSync(path, 0o644);
  writeFileSync(path, changed);
  chmodSync(path, mode);
}
