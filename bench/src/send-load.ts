// Run as a process of its own, so that sending takes no time from whom it is sent to but the machine's: sends requests to a
// verify service and prints, as one line of JSON, how they were answered. Its one argument is a `Load` as JSON.
import { Agent, request } from 'node:http';

/** A request, and the statuses with which it may be answered. */
export interface LoadBody {
  readonly body: object;
  readonly right: readonly number[];
}

/** What is sent. */
export interface Load {
  readonly url: string;
  /** Sent in turn. */
  readonly bodies: readonly LoadBody[];
  readonly count: number;
  /** How many requests are under way at one time, where no rate is given. */
  readonly clients: number;
  /** How many requests are sent in a second, answered or not. */
  readonly perSecond?: number;
  /** Of so many requests one is for a Freight that was never asked about, whose verdict cannot be remembered; 0 for none. */
  readonly coldEvery: number;
}

/** How it was answered. */
export interface LoadResult {
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers with a status that is wrong for what was asked, and requests that were not answered. */
  readonly wrong: number;
  readonly perSecond: number;
  /** Of those that were answered with 200, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: load.perSecond === undefined ? load.clients : 2048 });
const statuses: Record<string, number> = {};
const times: number[] = [];
let wrong = 0;
let sent = 0;

const startedAt = performance.now();
await (load.perSecond === undefined ? sendInTurn(load.clients) : sendAtRate(load.perSecond));
const seconds = (performance.now() - startedAt) / 1000;
agent.destroy();
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
const result: LoadResult = { statuses, wrong, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
console.log(JSON.stringify(result));

async function sendInTurn(clients: number): Promise<void> {
  const client = async (): Promise<void> => {
    while (sent < load.count) await send(sent++);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

async function sendAtRate(perSecond: number): Promise<void> {
  const pending: Promise<void>[] = [];
  while (sent < load.count) {
    const due = Math.min(load.count, Math.ceil(((performance.now() - startedAt) / 1000) * perSecond));
    while (sent < due) pending.push(send(sent++));
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
  await Promise.all(pending);
}

async function send(index: number): Promise<void> {
  const { body, right } = load.bodies[index % load.bodies.length] ?? { body: {}, right: [] };
  const begun = performance.now();
  const status = await post(JSON.stringify(load.coldEvery > 0 && index % load.coldEvery === 0 ? cold(body, index) : body));
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (!right.includes(status)) wrong += 1;
  if (status === 200) times.push(performance.now() - begun);
}

/** A commit in a Freight is part of what a verdict is remembered by, and is not judged. */
function cold(body: object, index: number): object {
  const commits = [{ repoURL: 'https://example.com/other', id: `${process.pid} ${index}` }];
  return 'freight' in body ? { ...body, freight: { ...(body.freight as object), commits } } : body;
}

/** Posts, and resolves with the status; 0 where there was no answer. */
function post(text: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': text.length };
    const posted = request(`${load.url}/v1/verify`, { method: 'POST', agent, headers }, (response) => {
      response.on('error', () => resolve(0)).on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    posted.on('error', () => resolve(0));
    posted.end(text);
  });
}
