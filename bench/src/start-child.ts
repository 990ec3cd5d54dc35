import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';

/** A program, its arguments and where it runs. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** After so many milliseconds it is killed, with every program that it has started; five minutes if absent. */
  readonly deadlineMs?: number | undefined;
}

/** A program that was killed at its deadline: it has no time that could be compared. */
export class ChildTimeout extends Error {
  constructor({ file, args, deadlineMs = usualDeadlineMs }: Program) {
    const words = [file.slice(file.lastIndexOf('/') + 1), ...args].join(' ').slice(0, maxNameChars);
    super(`timed out after ${deadlineMs / 1000} s: ${words}`);
    this.name = 'ChildTimeout';
  }
}

/** A program that runs, in a process group of its own. */
export interface StartedChild {
  readonly child: ChildProcess;
  /** Whether it was killed at its deadline. */
  readonly isTimedOut: () => boolean;
  /** Kills it, and every program that it has started, at once. */
  readonly kill: () => void;
}

const usualDeadlineMs = 5 * 60_000; // the slowest takes a minute on a machine with six times more to do than it has cores
const maxNameChars = 80; // enough to tell which program of a row it was
const running = new Set<() => void>();

// A group of its own hears no Ctrl-C of the terminal: without this, it would outlive the bench.
process.on('exit', () => running.forEach((kill) => kill()));

/**
 * Starts a program with a deadline. At the deadline the whole process group is killed, with SIGKILL: a program that ignores SIGTERM, or
 * one that has started others which hold its pipes, must not hold up the bench.
 */
export function startChild(program: Program, stdio: StdioOptions): StartedChild {
  const { file, args, cwd, env, deadlineMs = usualDeadlineMs } = program;
  const child = spawn(file, [...args], { cwd, env, stdio, detached: true });
  let isTimedOut = false;
  const kill = (): void => killGroup(child);
  running.add(kill);
  const timer = setTimeout(() => {
    isTimedOut = true;
    kill();
    // A program that has left the group may still hold the pipes open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, deadlineMs);
  child.once('error', () => clearTimeout(timer)).once('close', () => {
    clearTimeout(timer);
    running.delete(kill);
  });
  return { child, isTimedOut: () => isTimedOut, kill };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it could not be started
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
