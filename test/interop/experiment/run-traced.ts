import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { toolPath } from '../tools.ts';
import type { Evidence } from './contacts.ts';
import { mark, type World } from './outside.ts';
import { parseTrace, straceArguments } from './trace.ts';

/** How a traced program ended. */
export interface TracedRun extends Evidence {
  /** Undefined if it was stopped for taking too long. */
  readonly status: number | undefined;
}

const maxRunMs = 60_000; // a build takes a tenth of a second
const maxOutputBytes = 32 * 1024 * 1024;

/** Runs a program of a world under strace. It reads nothing, and has no environment but the world's. */
export async function runTraced(command: readonly string[], world: World): Promise<TracedRun> {
  const traceFile = `${world.root}/trace`;
  const { status, output } = await run([...straceArguments, '-o', traceFile, '--', ...command], world);
  const trace = await readFile(traceFile, 'utf8').catch(() => '');
  if (!trace.includes('execve(')) throw new Error(`strace traced nothing; it said: ${output}`);
  await rm(traceFile);
  return { status, output, calls: parseTrace(trace) };
}

function run(args: readonly string[], world: World): Promise<{ readonly status: number | undefined; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: world.workingDirectory,
      env: environmentOf(world),
      stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    };
    const child = spawn(toolPath('strace'), args, { ...options, detached: true });
    const timer = setTimeout(() => endGroup(child.pid), maxRunMs);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.length > maxOutputBytes) endGroup(child.pid);
      });
    }
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status: status ?? undefined, output });
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

function environmentOf({ home, state }: World): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: home,
    TMPDIR: `${state}/tmp`,
    HELM_CACHE_HOME: `${state}/helm/cache`,
    HELM_CONFIG_HOME: `${state}/helm/config`,
    HELM_DATA_HOME: `${state}/helm/data`,
    // Helm's own logins and clusters are not part of a package: with these set, it never looks into the marked home.
    DOCKER_CONFIG: `${state}/docker`,
    KUBECONFIG: `${state}/kube/config`,
    XDG_CONFIG_HOME: `${state}/config`,
    XDG_CACHE_HOME: `${state}/cache`,
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C.UTF-8',
    // What a deployer's environment holds is as much outside as its files.
    OUTSIDE: mark,
  };
}
