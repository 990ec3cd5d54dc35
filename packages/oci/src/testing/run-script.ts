import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A script that runs in a process of its own. */
export interface RunningScript {
  readonly child: ChildProcess;
  /** Resolves when it has ended, with its exit status, or the signal that ended it, and what it printed. */
  readonly ended: Promise<{ readonly status: number | NodeJS.Signals | null; readonly output: string }>;
}

/** Starts one of the scripts beside this file. */
export function runScript(name: string, args: readonly string[]): RunningScript {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Awaited<RunningScript['ended']>>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: status ?? signal, output }));
  });
  return { child, ended };
}
