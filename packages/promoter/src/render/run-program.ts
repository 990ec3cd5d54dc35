import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { PromoteError } from '../errors.ts';

/** A program to run, and what it may take. */
export interface ProgramRun {
  /** Absolute. */
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: ProgramLimits;
  readonly signal?: AbortSignal | undefined;
}

/** The bounds of a run. */
export interface ProgramLimits {
  readonly maxOutputBytes: number;
  readonly maxMilliseconds: number;
}

/** What a program that has ended left. */
export interface ProgramResult {
  readonly status: number;
  readonly stdout: Buffer;
  /** Its beginning. */
  readonly stderr: string;
}

const maxStderrBytes = 16 * 1024; // enough to explain

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Runs a program to its end, whatever its status. It leads a process group of its own, which does not outlive it.
 * @throws {PromoteError} `RENDERER_UNAVAILABLE` if it cannot be started, `RENDER_LIMIT` if it takes too long or prints
 * too much, `RENDER_FAILED` if a signal ends it.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { path, args, cwd, env, limits, signal } = run;
  signal?.throwIfAborted();
  const child = spawn(path, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const watch = new Watch(child, run);
  try {
    const [stdout, stderr, [status]] = await Promise.all([
      collect(child.stdout, limits.maxOutputBytes, () => watch.stop('prints too much')),
      collect(child.stderr, maxStderrBytes),
      once(child, 'close'),
    ]);
    signal?.throwIfAborted();
    watch.throwIfStopped();
    if (typeof status === 'number') return { status, stdout, stderr: stderr.toString('utf8') };
    throw new PromoteError('RENDER_FAILED', `${path} was ended by a signal: ${stderr.toString('utf8').trim()}`);
  } catch (cause) {
    if (!isSpawnError(cause)) throw cause;
    throw new PromoteError('RENDERER_UNAVAILABLE', `${path} cannot be started: ${cause.message}`, { cause });
  } finally {
    watch.end();
  }
}

/** Ends a program that goes over its limits, and whatever it has started. */
class Watch {
  readonly #child: Child;
  readonly #run: ProgramRun;
  readonly #timer: NodeJS.Timeout;
  #why: StopReason | undefined;

  constructor(child: Child, run: ProgramRun) {
    this.#child = child;
    this.#run = run;
    this.#timer = setTimeout(() => this.stop('takes too long'), run.limits.maxMilliseconds);
    run.signal?.addEventListener('abort', this.#kill);
    // What it has started would keep its output open.
    child.once('exit', this.#kill);
  }

  stop(why: StopReason): void {
    this.#why ??= why;
    this.#kill();
  }

  /** @throws {PromoteError} `RENDER_LIMIT`. */
  throwIfStopped(): void {
    if (this.#why === undefined) return;
    const { path, args, limits } = this.#run;
    const { maxMilliseconds, maxOutputBytes } = limits;
    const limit = this.#why === 'takes too long' ? `${maxMilliseconds / 1000} seconds` : `${maxOutputBytes} bytes`;
    throw new PromoteError('RENDER_LIMIT', `${path} ${args[0] ?? ''} ${this.#why}: the limit is ${limit}`);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#run.signal?.removeEventListener('abort', this.#kill);
  }

  readonly #kill = (): void => {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // the group has ended by itself
    }
  };
}

type StopReason = 'takes too long' | 'prints too much';

/** Reads a stream to its end, so that the writer is never stuck, and keeps its beginning. */
async function collect(stream: Readable, maxBytes: number, onMore?: () => void): Promise<Buffer> {
  const kept: Buffer[] = [];
  let seen = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (seen < maxBytes) kept.push(chunk.subarray(0, maxBytes - seen));
    seen += chunk.length;
    if (seen > maxBytes) onMore?.();
  }
  return Buffer.concat(kept);
}

function isSpawnError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string' && error.syscall.startsWith('spawn');
}
