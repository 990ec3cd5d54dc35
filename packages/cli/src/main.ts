import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Context, Terminal } from './context.ts';
import { exitStatus } from './exit-status.ts';
import { run } from './run.ts';

/**
 * Runs the command: arguments in, exit status out. No place but this, and what loads it, reads arguments and environment or
 * ends the process.
 */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  // The first Ctrl-C cleans up; a second one ends at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(exitStatus.interrupted);
      interrupt.abort();
    });
  }
  process.stdout.on('error', ignoreClosedPipe);
  process.exitCode = await run(process.argv.slice(2), contextOf(interrupt));
}

function contextOf(interrupt: AbortController): Context {
  return {
    env: process.env,
    cwd: process.cwd(),
    program: process.argv[1] ?? '',
    // Only where it is read: opening it takes time, and most commands do not.
    get stdin() {
      return process.stdin;
    },
    stdout: terminalOf(process.stdout),
    stderr: terminalOf(process.stderr),
    now: () => new Date(),
    temporaryDirectory: tmpdir(),
    signal: interrupt.signal,
    onHangup: (listener) => void process.on('SIGHUP', () => (hasLostTerminal() ? interrupt.abort() : listener())),
  };
}

/** A terminal that is closed says so by the same signal: what ran in it ends with it. */
function hasLostTerminal(): boolean {
  if (!process.stdout.isTTY && !process.stderr.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const { env } = process;
  const isCI = (env['CI'] ?? '') !== '';
  return {
    stream,
    isInteractive: stream.isTTY && !isCI && env['TERM'] !== 'dumb',
    hasColour: wantsColour(stream, env),
    columns: stream.columns > 0 ? stream.columns : 80, // undefined in a pipe, 0 on a terminal that does not say
  };
}

/** Follows no-color.org, and FORCE_COLOR as Node does. */
function wantsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY && stream.hasColors();
}

/** A reader that has seen enough, `capsule inspect | head`, is no error. A command that listens itself decides itself. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && process.stdout.listenerCount('error') === 1) throw error;
}
