import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolPath } from '../tools.ts';
import { type Ended, runProgram, runToSuccess } from './run-program.ts';

/** A file or directory of the machine that a container sees, read-only. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
}

/** How a container is run. */
export interface ContainerOptions {
  readonly args: readonly string[];
  readonly mounts?: readonly Mount[];
  /** Beyond the image's own environment. */
  readonly env?: readonly string[];
  /** Shares the machine's network; otherwise there is none. */
  readonly hasNetwork?: boolean;
}

interface RuntimeConfig {
  readonly process: {
    readonly terminal: boolean;
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly capabilities: object;
    readonly noNewPrivileges: boolean;
  };
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly mounts: readonly object[];
  readonly linux: { readonly namespaces: readonly { readonly type: string }[] };
}

// Only root unpacks files with their owners; CI's user may become root, and is asked for nothing.
const asRoot: readonly string[] = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

/** An image that umoci has unpacked, and that runc runs as Kubernetes' restricted profile would have it run. */
export class UnpackedImage {
  readonly directory: string;
  readonly config: RuntimeConfig;
  #count = 0;

  private constructor(directory: string, config: RuntimeConfig) {
    this.directory = directory;
    this.config = config;
  }

  static async unpack(layout: string, tag: string, directory: string): Promise<UnpackedImage> {
    await succeed([toolPath('umoci'), 'unpack', '--image', `${layout}:${tag}`, directory]);
    await succeed(['chmod', 'a+rX', directory, join(directory, 'config.json')]);
    const text = await readFile(join(directory, 'config.json'), 'utf8');
    return new UnpackedImage(directory, JSON.parse(text) as RuntimeConfig);
  }

  get rootfs(): string {
    return join(this.directory, 'rootfs');
  }

  /** Runs a command to its end. */
  async run(options: ContainerOptions): Promise<Ended> {
    const [file = '', ...args] = this.#command(options);
    return runProgram(file, args, programOptions());
  }

  /** Starts a command, and waits for a line of its output that matches; `stop` sends it SIGTERM and waits for its end. */
  async start(options: ContainerOptions, line: RegExp): Promise<{ readonly match: RegExpExecArray; stop: () => Promise<number | null> }> {
    const [file = '', ...args] = this.#command(options);
    const child = spawn(file, args, { ...programOptions(), stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    const match = await new Promise<RegExpExecArray>((resolve, reject) => {
      let text = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          const found = line.exec(text);
          if (found !== null) resolve(found);
        });
      }
      child.once('exit', () => reject(new Error(`the container ended:\n${text}`)));
    });
    const stop = async (): Promise<number | null> => {
      child.kill('SIGTERM');
      const [status] = await ended;
      return status;
    };
    return { match, stop };
  }

  /** Removes what belongs to root. */
  async [Symbol.asyncDispose](): Promise<void> {
    await succeed(['rm', '-rf', '--', this.directory, `${this.directory}-state`]);
  }

  #command(options: ContainerOptions): readonly string[] {
    this.#count += 1;
    const bundle = `${this.directory}-run-${this.#count}`;
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(this.#restricted(options)));
    const name = `capsule-${process.pid}-${this.#count}-${Date.now()}`;
    return [...asRoot, toolPath('runc'), '--root', `${this.directory}-state`, 'run', '--bundle', bundle, name];
  }

  /** The user is the image's own; everything else is taken away. */
  #restricted({ args, mounts = [], env = [], hasNetwork = false }: ContainerOptions): RuntimeConfig {
    const { process: program, linux, mounts: system } = this.config;
    const tmp = { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', 'mode=1777', 'size=256m'] };
    const given = mounts.map((mount) => ({ ...mount, type: 'bind', options: ['bind', 'ro', 'nosuid', 'nodev', 'noexec'] }));
    const namespaces = linux.namespaces.filter(({ type }) => !hasNetwork || type !== 'network');
    return {
      ...this.config,
      process: { ...program, terminal: false, args, env: [...program.env, ...env], capabilities: {}, noNewPrivileges: true },
      root: { path: this.rootfs, readonly: true },
      mounts: [...system, tmp, ...given],
      linux: { ...linux, namespaces },
    };
  }
}

async function succeed([file = '', ...args]: readonly string[]): Promise<string> {
  const [program = '', ...rest] = [...asRoot, file, ...args];
  return runToSuccess(program, rest, programOptions());
}

function programOptions(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  return { cwd: '/', env: { PATH: process.env['PATH'] ?? '', HOME: '/' } };
}
