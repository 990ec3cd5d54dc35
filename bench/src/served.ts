import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bench, expected, type Release } from './bench.ts';
import { runChild } from './run-child.ts';
import type { Load, LoadResult } from './send-load.ts';
import { ChildTimeout, startChild } from './start-child.ts';

/** A verify service in a process of its own. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  /** Its resident memory, in MiB. */
  readonly memory: () => number;
}

const loadDeadlineMs = 30 * 60_000; // 100,000 verdicts, on a machine with more to do than it has cores
const endingMs = 20_000; // the service itself gives open requests ten seconds

const sender = fileURLToPath(new URL('send-load.ts', import.meta.url));

/** Starts `capsule serve` for one repository. */
export async function serve(bench: Bench, place: string, args: readonly string[] = []): Promise<Served> {
  const policy = join(bench.path, `serve-${place.replaceAll(/\W/g, '-')}.yaml`);
  const text = `apiVersion: release-capsule/v1
kind: Policy
capsule: { name: ${expected.name}, repository: "${place}", signers: [{ key: keys/cosign.pub }] }
image: { repository: ${expected.image} }
source: { repository: "${expected.source}" }
allow: { hosts: ["${place.slice(0, place.indexOf('/'))}"] } # it listens on this machine
`;
  writeFileSync(policy, text);
  const usual = ['serve', '--policy', policy, '--listen', '127.0.0.1:0', '--allow-anonymous'];
  const program = { ...bench.capsule([...usual, ...args]), deadlineMs: loadDeadlineMs };
  const { child, isTimedOut, kill } = startChild(program, ['ignore', 'ignore', 'pipe']);
  const ended = once(child, 'close');
  if (child.stderr === null) throw new Error('the service has no standard error');
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.once('close', () => reject(isTimedOut() ? new ChildTimeout(program) : new Error('the service ended before it listened')));
    // All lines are read: a full pipe would stop it.
    lines.on('line', (line) => {
      const entry = JSON.parse(line) as { readonly event: string; readonly url?: string };
      if (entry.event === 'listening' && entry.url !== undefined) resolve(entry.url);
    });
  });
  return {
    url,
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const tooLong = setTimeout(kill, endingMs);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

/** Sends a load from a process of its own. */
export async function sendLoad(bench: Bench, load: Load): Promise<LoadResult> {
  const program = { ...bench.program(process.execPath, [sender, JSON.stringify(load)]), deadlineMs: loadDeadlineMs };
  return JSON.parse(await runChild(program)) as LoadResult;
}

/** The Freight of a release, as Kargo would write it: capsule and image, each with tag and digest. */
export function freightOf({ data, digest }: Release, place: string, imageDigest: string): object {
  const tag = `git-${data.commit}`;
  return { images: [{ repoURL: place, tag, digest }, { repoURL: expected.image, tag, digest: imageDigest }] };
}
