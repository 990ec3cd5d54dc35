import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential } from './loopback.ts';
import { makeRepository, workspace } from './make-repository.ts';
import { type Ended, runProgram, runToSuccess } from './run-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The command as it is published: one bundle, run by Node as its own process. */
export const capsuleCommand: string = join(workspace, 'packages/cli/dist/capsule.js');

/** What a run of the command may differ in. */
export interface CapsuleOptions {
  /** The Node that runs it; by default the one that runs the tests. */
  readonly node?: string;
  /** Whom the Docker configuration names. */
  readonly login?: Login;
  /** What its environment holds beyond that of every program. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A registry's user in a Docker configuration. */
export interface Login {
  readonly host: string;
  readonly user: Credential;
}

/** A directory with the example application as a Git repository and a key pair, and the ways to run programs in it. */
export class Workbench implements Disposable {
  readonly path: string;
  readonly commit: string;
  readonly #dispose: () => void;
  #logins = 0;

  private constructor(path: string, commit: string, dispose: () => void) {
    this.path = path;
    this.commit = commit;
    this.#dispose = dispose;
  }

  static async open(): Promise<Workbench> {
    const folder = temporaryFolder();
    const repository = join(folder.path, 'app');
    const commit = makeRepository(repository, { '.': 'examples/hello-app', 'k8s/chart': 'test/interop/fixtures/chart' });
    const workbench = new Workbench(folder.path, commit, () => folder[Symbol.dispose]());
    await workbench.succeed(['keygen', '--output', 'keys']);
    return workbench;
  }

  /** The application image of the release, with another digest for another seed. */
  image(seed = 'a'): string {
    return `ghcr.io/example/hello:git-${this.commit}@sha256:${seed.repeat(64)}`;
  }

  /** The arguments that release the example to a place. */
  releaseArguments(to: string, { seed = 'a', key = 'keys/cosign.key' } = {}): readonly string[] {
    return ['release', ...this.packArguments(to, seed), '--key', key];
  }

  /** The arguments, after the command's name, that pack the example. */
  packArguments(to: string, seed = 'a'): readonly string[] {
    const source = ['--repo', 'app', '--package', 'k8s/kustomize', '--source-url', 'https://github.com/example/hello'];
    return [...source, '--name', 'hello', '--image', this.image(seed), '--to', to, '--json'];
  }

  /** The arguments that verify what was released, at a place. */
  verifyArguments(reference: string, key = 'keys/cosign.pub'): readonly string[] {
    return ['verify', reference, '--image', this.image(), '--name', 'hello', '--key', key, '--json'];
  }

  /** Runs the command to its end. */
  capsule(args: readonly string[], { node = process.execPath, login, env: more, signal }: CapsuleOptions = {}): Promise<Ended> {
    const env = { ...this.env, ...more, ...(login !== undefined && { DOCKER_CONFIG: this.#dockerConfig(login) }) };
    return runProgram(node, [capsuleCommand, ...args], { cwd: this.path, env, ...(signal && { signal }) });
  }

  /** Runs the command, which must succeed, and returns what it printed. */
  async succeed(args: readonly string[], options: CapsuleOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.capsule(args, options);
    if (status === 0) return stdout;
    throw new Error(`capsule ${args.join(' ')} ended with ${status ?? 'a signal'}:\n${stdout}${stderr}`);
  }

  /** Runs another program, which must succeed, and returns what it printed. */
  run(file: string, ...args: readonly string[]): Promise<string> {
    return runToSuccess(file, args, { cwd: this.path, env: this.env });
  }

  /** Runs another program to its end. */
  attempt(file: string, ...args: readonly string[]): Promise<Ended> {
    return runProgram(file, args, { cwd: this.path, env: this.env });
  }

  /** The environment of every program: nothing of the user's, no network but what a test names. */
  get env(): Readonly<Record<string, string>> {
    const home = join(this.path, 'home');
    mkdirSync(join(home, 'run'), { recursive: true });
    const places = { HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), TUF_ROOT: join(home, 'tuf') };
    return { PATH: process.env['PATH'] ?? '', DOCKER_CONFIG: home, COSIGN_PASSWORD: 'interop password', ...places };
  }

  [Symbol.dispose](): void {
    this.#dispose();
  }

  #dockerConfig({ host, user: { username, password } }: Login): string {
    this.#logins += 1;
    const folder = join(this.path, `docker-${this.#logins}`);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    return folder;
  }
}
