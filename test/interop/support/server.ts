import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const startTimeoutMs = 30_000; // a loaded machine starts a Go program in some seconds

/** How a server program is started. */
export interface ServerProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Finds the `host:port` that it listens on in a line that it prints; the first group is the address. */
  readonly listening: RegExp;
}

/** A server program that runs; it ends with its scope, or with this process. */
export interface RunningServer extends AsyncDisposable {
  readonly address: string;
  /** Ends it at once, as a crash or a power cut would. */
  kill(): Promise<void>;
}

/**
 * Starts a server and waits until it says where it listens.
 * @throws {Error} with what it printed, where it ends or stays silent instead.
 */
export async function startServer({ file, args, cwd, listening }: ServerProgram): Promise<RunningServer> {
  const child = spawn(file, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const kill = async (): Promise<void> => {
    process.off('exit', killWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const address = await readAddress(child, [child.stdout, child.stderr], listening);
    return { address, kill, [Symbol.asyncDispose]: kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

function readAddress(child: ChildProcess, streams: readonly Readable[], listening: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const fail = (why: string): void => reject(new Error(`${child.spawnfile} ${why}:\n${lines.join('\n')}`));
    const timer = setTimeout(() => fail('does not say where it listens'), startTimeoutMs);
    child.once('error', reject);
    child.once('exit', () => fail('ended'));
    for (const input of streams) {
      // Read to its end, also later: a full pipe would stop the server.
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        const address = listening.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
  });
}
