import { setTimeout as sleep } from 'node:timers/promises';
import { startDockerRegistry } from '../../../test/interop/support/docker-registry.ts';
import type { Bench } from '../bench.ts';
import { missingPrograms } from '../peers.ts';
import { type Aim, type Heading, measuredRow, missingRow, type Result, type Row, timedOutRow } from '../row.ts';
import type { Load, LoadBody, LoadResult } from '../send-load.ts';
import { freightOf, type Served, sendLoad, serve } from '../served.ts';
import { type Spread, spreadOf } from '../spread.ts';

const deadlineMs = 8_000;
const imageDigest = `sha256:${'a'.repeat(64)}`;
const otherDigest = `sha256:${'b'.repeat(64)}`;

/** How many requests are sent; the quick numbers show that it runs. */
interface Amounts {
  readonly warm: number;
  readonly cold: number;
  readonly overload: number;
  readonly early: number;
  readonly late: number;
}

const amounts: Amounts = { warm: 10_000, cold: 500, overload: 4_000, early: 1_000, late: 100_000 };
const quickAmounts: Amounts = { warm: 200, cold: 20, overload: 200, early: 100, late: 400 };

/** Measures a verify service under load: remembered and cold verdicts, a large capsule, too much at one time, and memory. */
export async function benchServe(bench: Bench): Promise<readonly Row[]> {
  const missing = missingPrograms(['docker-registry']);
  if (missing.length > 0) return headings.map((heading) => missingRow(heading, missing));
  try {
    return rowsOf(await measureAll(bench));
  } catch (error) {
    // One load follows another: without one of them, no row is what it says.
    return headings.map((heading) => timedOutRow(heading, error));
  }
}

async function measureAll(bench: Bench): Promise<Measured> {
  await using registry = await startDockerRegistry();
  const place = `${registry.host}/bench/served`;
  const good = freightOf(await bench.release(bench.fewFiles, place), place, imageDigest);
  const bad = freightOf(await bench.release(bench.fewFiles, place), place, otherDigest);
  const bodies = [
    { body: { freight: good }, right: [200, 429, 503] },
    { body: { freight: bad }, right: [422, 429, 503] },
  ];
  const measured = await measureService(bench, place, bodies);
  const largePlace = `${registry.host}/bench/large`;
  const large = await bench.release(bench.largeFiles, largePlace);
  const [first] = bodies;
  const largeMs = await coldMs(bench, largePlace, { right: [200], body: { freight: freightOf(large, largePlace, imageDigest) } });
  const memory = await measureMemory(bench, place, first);
  return { ...measured, largeMs, memory };
}

interface Measured {
  readonly warm: LoadResult;
  readonly cold: LoadResult;
  readonly overload: LoadResult;
  readonly largeMs: number;
  readonly memory: { readonly early: number; readonly late: number };
}

type MeasuredLoads = Pick<Measured, 'warm' | 'cold' | 'overload'>;

async function measureService(bench: Bench, place: string, bodies: readonly LoadBody[]): Promise<MeasuredLoads> {
  const { warm, cold, overload } = amountsOf(bench);
  await using service = await serve(bench, place);
  const send = (load: Partial<Load>): Promise<LoadResult> => sendTo(bench, service, { bodies: bodies.slice(0, 1), ...load });
  await send({ count: Math.ceil(cold / 4), coldEvery: 1 }); // code is compiled, connections are open
  const coldResult = await send({ count: cold, coldEvery: 1 });
  const warmResult = await send({ count: warm });
  const perSecond = Math.ceil(coldResult.perSecond * 10);
  const overloaded = await send({ bodies, count: overload, coldEvery: 1, perSecond });
  console.error(`  ten times ${coldResult.perSecond.toFixed(0)} a second: ${JSON.stringify(overloaded.statuses)}`);
  return { cold: coldResult, warm: warmResult, overload: overloaded };
}

/** The time of a verification that is the first of a service. */
async function coldMs(bench: Bench, place: string, body: LoadBody): Promise<number> {
  await using service = await serve(bench, place);
  const { p50, statuses } = await sendTo(bench, service, { bodies: [body], count: 1, clients: 1 });
  if (statuses['200'] === 1) return p50;
  throw new Error(`the large capsule was answered with ${Object.keys(statuses).join()}`);
}

async function measureMemory(bench: Bench, place: string, body: LoadBody | undefined): Promise<Measured['memory']> {
  const { early, late } = amountsOf(bench);
  await using service = await serve(bench, place);
  const bodies = body === undefined ? [] : [body];
  await sendTo(bench, service, { bodies, count: early, coldEvery: 1 });
  const after = await restingMemory(service);
  await sendTo(bench, service, { bodies, count: late - early, coldEvery: 50 });
  return { early: after, late: await restingMemory(service) };
}

async function restingMemory({ memory }: Served): Promise<number> {
  await sleep(2_000); // what was garbage has been found by then
  return memory();
}

function sendTo(bench: Bench, { url }: Served, load: Partial<Load>): Promise<LoadResult> {
  return sendLoad(bench, { url, bodies: [], count: 1, clients: 8, coldEvery: 0, ...load });
}

function amountsOf({ settings }: Bench): Amounts {
  return settings.isQuick ? quickAmounts : amounts;
}

const group = 'verify service, eight clients';
const inTime: Aim = { atMost: 1, text: '≤ 8 s' };

const headings = [
  { group, subject: 'verdicts a second', ours: 'cold', theirs: 'remembered' },
  { group, subject: 'half of them, cold', ours: 'p50', theirs: 'deadline', aim: inTime },
  { group, subject: 'all but a hundredth, cold', ours: 'p99', theirs: 'deadline', aim: inTime },
  { group, subject: 'half of them, remembered', ours: 'p50', theirs: 'deadline', aim: inTime },
  { group, subject: 'all but a hundredth, remembered', ours: 'p99', theirs: 'deadline', aim: inTime },
  { group, subject: '90 MB, cold', ours: 'first answer', theirs: 'deadline', aim: inTime },
  { group, subject: 'ten times that load', ours: 'sent', theirs: 'answered rightly', aim: { atMost: 1, text: 'all' } },
  { group, subject: 'memory', ours: 'after 100,000', theirs: 'after 1,000', aim: { atMost: 1.2 } },
] as const satisfies readonly Heading[];

function rowsOf({ warm, cold, overload, largeMs, memory }: Measured): readonly Row[] {
  const sent = Object.values(overload.statuses).reduce((sum, count) => sum + count, 0);
  const results: readonly Result[] = [
    compare('/s', cold.perSecond, warm.perSecond),
    ...[cold.p50, cold.p99, warm.p50, warm.p99, largeMs].map((ms) => compare('ms', ms, deadlineMs)),
    compare('requests', sent, sent - overload.wrong),
    compare('MiB', memory.late, memory.early),
  ];
  return headings.flatMap((heading, index) => {
    const result = results[index];
    return result === undefined ? [] : [measuredRow(heading, result)];
  });
}

function compare(unit: Result['unit'], ours: number, theirs: number): Result {
  const one = (value: number): Spread => spreadOf([value]);
  return { unit, ours: one(ours), theirs: one(theirs), ratio: one(ours / theirs) };
}
