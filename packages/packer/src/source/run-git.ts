import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { PackError } from '../errors.ts';
import { gitNotStarted, type GitRepository, quoteGit, spawnGit } from './git-command.ts';

/** How {@link runGit} feeds a command, and how much it takes from it. */
export interface RunGitOptions {
  readonly input?: string;
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a finished command left. */
export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  /** Its beginning. */
  readonly stderr: string;
}

const maxStderrBytes = 16 * 1024; // enough to explain; a warning for each object could be megabytes

/**
 * Runs a git command to its end, whatever its status.
 * @throws {PackError} `GIT_UNAVAILABLE` where there is no git, `GIT_FAILED` where it says too much or dies by a signal.
 */
export async function runGit(
  repository: GitRepository,
  args: readonly string[],
  options: RunGitOptions,
): Promise<GitResult> {
  options.signal?.throwIfAborted();
  const child = spawnGit(repository, args, options.signal);
  const ended = once(child, 'close');
  child.stdin.on('error', () => {}); // git may end before it has read all; its status says why
  child.stdin.end(options.input ?? '');
  const tooMuch = (): void => void child.kill();
  const streams = [bounded(child.stdout, options.maxOutputBytes, tooMuch), head(child.stderr, maxStderrBytes)] as const;
  const [closed, stdout, stderr] = await Promise.allSettled([ended, ...streams]);
  options.signal?.throwIfAborted();
  if (closed.status === 'rejected') throw gitNotStarted(closed.reason);
  const said = stderr.status === 'fulfilled' ? stderr.value : '';
  const [status] = closed.value;
  if (stdout.status === 'fulfilled' && typeof status === 'number') {
    return { status, stdout: stdout.value, stderr: said };
  }
  const cause: unknown = stdout.status === 'rejected' ? stdout.reason : undefined;
  throw new PackError('GIT_FAILED', `git ${args[0] ?? ''} did not end well: ${quoteGit(said)}`, { cause });
}

async function bounded(stream: Readable, maxBytes: number, onTooMuch: () => void): Promise<Buffer> {
  return buffer(limit(stream, maxBytes, onTooMuch));
}

async function* limit(stream: Readable, maxBytes: number, onTooMuch: () => void): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen > maxBytes) {
      onTooMuch();
      throw new Error(`the output is longer than ${maxBytes} bytes`);
    }
    yield chunk;
  }
}

/** Keeps the beginning of a stream, and reads on so that the writer is never stuck. */
export async function head(stream: Readable, maxBytes: number): Promise<string> {
  const kept: Buffer[] = [];
  let seen = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (seen < maxBytes) kept.push(chunk.subarray(0, maxBytes - seen));
    seen += chunk.length;
  }
  return Buffer.concat(kept).toString('utf8');
}
