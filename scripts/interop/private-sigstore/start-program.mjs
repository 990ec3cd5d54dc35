import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { binFolder } from '../tool-folder.mjs';

const startTimeoutMs = 30_000; // a loaded machine starts a Go program in some seconds

/**
 * Starts an installed program in a folder; it ends with this process. `line` answers with its first line of output, and
 * what it said last is in the error of whoever waits for it.
 */
export function startProgram(name, args, cwd) {
  const child = spawn(join(binFolder, name), args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const said = [];
  const complaint = (why) => new Error(`${name} ${why}:\n${said.slice(-20).join('\n')}`);
  let sayFirst;
  const firstLine = new Promise((resolve) => (sayFirst = resolve));
  const ended = new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(complaint('ended')));
  });
  ended.catch(() => undefined); // nobody may be waiting any more
  // Read to their ends: a full pipe would stop the program.
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (text) => {
      said.push(text);
      sayFirst(text);
    });
  }
  return {
    line: () => Promise.race([firstLine, ended]),
    healthy: (url) => Promise.race([untilAnswered(url, complaint), ended]),
  };
}

/** Finds ports that nobody listens on: for programs that take none of the system's choice. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  return ports;
}

async function untilAnswered(url, complaint) {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (answer?.ok) return answer;
    await wait(50);
  }
  throw complaint(`does not answer at ${url}`);
}

function listen() {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
