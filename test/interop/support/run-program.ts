import { spawn } from 'node:child_process';

/** How a program ended, and what it said. */
export interface Ended {
  /** The exit status; `undefined` where a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Kills it at once, with SIGKILL. */
  readonly signal?: AbortSignal;
}

/** Runs a program to its end. It gets the given environment and nothing else. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, env, input = '', signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { cwd, env, stdio: 'pipe', ...(signal && { signal, killSignal: 'SIGKILL' }) });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    }
    child.on('error', (error) => error.name !== 'AbortError' && reject(error));
    child.on('close', (status) => resolve({ status: status ?? undefined, ...said }));
    child.stdin.on('error', () => undefined); // a program need not read what it is given
    child.stdin.end(input);
  });
}

/**
 * Runs a program that must succeed and returns what it printed.
 * @throws {Error} with everything that it said, where it failed.
 */
export async function runToSuccess(file: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { status, stdout, stderr } = await runProgram(file, args, options);
  if (status === 0) return stdout;
  throw new Error(`${file} ${args.join(' ')} ended with ${status ?? 'a signal'}:\n${stdout}${stderr}`);
}
