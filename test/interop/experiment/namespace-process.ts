// Runs inside namespaces of its own, which `namespace.ts` makes: sets the stage, then builds the packages that come in as
// lines of JSON, and answers each with a line of JSON.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { buildPackage } from './build-package.ts';
import { asLine } from './json-lines.ts';
import { listen } from './listener.ts';
import { markedFiles, outsideHosts, stage, worldOf } from './outside.ts';
import type { Answer, Question } from './namespace.ts';

const workers = Number(process.argv[2]);

setStage();
const listener = await listen();
const questions = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say({ ready: true });
await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
process.exit(0);

async function work(worker: number): Promise<void> {
  const world = worldOf(worker);
  for (;;) {
    const { done, value } = await questions.next();
    if (done === true) return;
    const { id, files } = JSON.parse(value) as Question;
    const tree = new Map(files.map(([path, content]) => [path, Buffer.from(content, 'base64')]));
    try {
      say({ id, report: await buildPackage(tree, world), connections: listener.connections() });
    } catch (error) {
      say({ id, problem: String(error instanceof Error ? error.stack : error), connections: listener.connections() });
    }
  }
}

function say(answer: Answer): void {
  process.stdout.write(asLine(answer));
}

function setStage(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', stage]);
  const lines = ['127.0.0.1 localhost', '::1 localhost', ...outsideHosts.map((host) => `127.0.0.1 ${host}`)];
  replaceSystemFile('hosts', `${lines.join('\n')}\n`);
  replaceSystemFile('resolv.conf', 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  putMarks(stage);
  for (let worker = 0; worker < workers; worker += 1) {
    const { root, neighbours, home, workingDirectory } = worldOf(worker);
    for (const directory of [root, neighbours, home, workingDirectory]) putMarks(directory);
  }
}

function replaceSystemFile(name: string, content: string): void {
  if (!existsSync(`/etc/${name}`)) return;
  const own = `${stage}/system/${name}`;
  write(own, content);
  execFileSync('mount', ['--bind', own, `/etc/${name}`]);
}

function putMarks(directory: string): void {
  for (const [path, content] of Object.entries(markedFiles)) write(`${directory}/${path}`, content);
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
