import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../packages/cli/dist/capsule.js', import.meta.url));
const faultModule = new URL('strike.ts', import.meta.url).href;

/** How a command ended, and what it printed. */
export interface CommandResult {
  /** The exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What befalls a command at one of its writes to the file system. */
export interface Strike {
  readonly kind: 'kill' | 'tear' | 'interrupt' | 'full disk';
  /** Counted from 1; 0 strikes never, and counts. */
  readonly at: number;
  /** Where the number of writes is put when the command ends. */
  readonly countFile?: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | undefined;
  /** Leaves standard input open, as a terminal at which nobody types. */
  readonly isInputOpen?: boolean | undefined;
  readonly strike?: Strike | undefined;
  /** The address of a module that is loaded before the command. */
  readonly preload?: string | undefined;
  /** The program's file, where it is another than the whole command. */
  readonly program?: string | undefined;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** Sends a signal to the command and to the programs that it runs, as a terminal does at Ctrl-C. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Starts the bundled command line in a process group of its own. */
export function startCapsule(args: readonly string[], options: CommandOptions): RunningCommand {
  const { cwd, env, input, isInputOpen = false, strike, preload, program = command } = options;
  const modules = [...(strike === undefined ? [] : [faultModule]), ...(preload === undefined ? [] : [preload])];
  const child = spawn(process.execPath, [...modules.flatMap((module) => ['--import', module]), program, ...args], {
    cwd,
    // What is struck is counted: whether code was kept before must make no difference.
    env: { ...env, ...(strike !== undefined && { CAPSULE_TEST_STRIKE: JSON.stringify(strike), NODE_DISABLE_COMPILE_CACHE: '1' }) },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => undefined); // a command that fails early does not read what it is given
  if (!isInputOpen) child.stdin.end(input ?? '');
  const ended = new Promise<CommandResult>((resolve, reject) => {
    const printed = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: status ?? signal, ...printed }));
  });
  return { child, ended, signal: (signal) => signalGroup(child.pid, signal) };
}

/** Runs the bundled command line to its end. */
export function runCapsule(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return startCapsule(args, options).ended;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** The path of the bundled command line. */
export const capsulePath: string = command;
