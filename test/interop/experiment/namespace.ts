import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toolPath } from '../tools.ts';
import type { BuildReport } from './build-package.ts';
import { asLine } from './json-lines.ts';
import { stage } from './outside.ts';
import type { Tree } from './tree.ts';

/** A package to build: each file's path, and its content in base64. */
export interface Question {
  readonly id: number;
  readonly files: readonly (readonly [path: string, content: string])[];
}

/** What the process in the namespace says. */
export type Answer =
  | { readonly ready: true }
  | { readonly id: number; readonly report: BuildReport; readonly connections: number }
  | { readonly id: number; readonly problem: string; readonly connections: number };

interface Waiting {
  readonly resolve: (report: BuildReport) => void;
  readonly reject: (error: Error) => void;
}

const program = fileURLToPath(new URL('namespace-process.ts', import.meta.url));

/** A network, a file system and processes of their own, in which packages are built. */
export class Namespace implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #said = '';
  #connections = 0;

  private constructor(workers: number) {
    const args = [...unshareArguments(), process.execPath, '--conditions=source', program, String(workers)];
    const path = `${dirname(toolPath('ip'))}:${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
    this.#child = spawn('unshare', args, { env: { PATH: path } });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-4000)));
    this.#child.stdin.on('error', () => undefined); // its end is told below
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(error.message, resolve));
      this.#child.once('close', (status, signal) => this.#end(`it ended with ${signal ?? `status ${status}`}`, resolve));
    });
  }

  /**
   * Makes the namespaces.
   * @throws {Error} if the machine does not permit it: without them the experiment proves nothing.
   */
  static async open(workers: number): Promise<Namespace> {
    if (program.startsWith(`${stage}/`)) throw new Error(`the project lies below ${stage}, where the experiment takes place`);
    const namespace = new Namespace(workers);
    const ready = new Promise<void>((resolve, reject) => {
      namespace.#waiting.set(-1, { resolve: () => resolve(), reject });
    });
    createInterface({ input: namespace.#child.stdout }).on('line', (line) => namespace.#hear(JSON.parse(line) as Answer));
    await ready;
    return namespace;
  }

  /** How many connections the listener of the namespace has had. */
  get connections(): number {
    return this.#connections;
  }

  /** Builds a package with each tool. */
  build(tree: Tree): Promise<BuildReport> {
    const id = this.#next;
    this.#next += 1;
    const files = [...tree].map(([path, content]) => [path, Buffer.from(content).toString('base64')] as const);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(asLine({ id, files } satisfies Question));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #hear(answer: Answer): void {
    const id = 'ready' in answer ? -1 : answer.id;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if ('connections' in answer) this.#connections = answer.connections;
    if ('problem' in answer) waiting?.reject(new Error(`the build in the namespace failed: ${answer.problem}`));
    else waiting?.resolve('report' in answer ? answer.report : { runs: [], contacts: [] });
  }

  #end(how: string, resolve: () => void): void {
    const error = new Error(
      `the namespaces for the experiment are gone, or could not be made: ${how}\n${this.#said}\n` +
        'It needs the right to make network, mount and process namespaces: run it as root, or where users may make user namespaces.',
    );
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    resolve();
  }
}

/** Root makes these namespaces directly; any other user first becomes root in a user namespace. */
function unshareArguments(): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return [...asRoot, '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
}
