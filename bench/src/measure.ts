import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { discardLargeFiles } from './discard-large-files.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Something whose cost is measured. */
export interface Task {
  /** Gets an empty directory of its own, made while the clock stands. */
  readonly run: (directory: string) => Promise<unknown>;
  /** Whether the work is done in this process, not by a program that it starts. */
  readonly inProcess?: boolean;
}

/** How tasks are measured. */
export interface MeasureOptions {
  readonly runs: number;
  /** Where directories for the runs are made. */
  readonly path: string;
}

/** What two tasks cost beside each other; ratios are of neighbours in time. */
export interface Comparison {
  readonly oursMs: Spread;
  readonly theirsMs: Spread;
  readonly ratio: Spread;
  /** User and system time of the programs; only where the platform tells it. */
  readonly cpuRatio?: Spread;
}

/**
 * Measures two tasks in turn, A B A B, after one warm-up of each: what else the machine does meets both alike, and a
 * ratio is taken within each pair.
 */
export async function comparePairs(ours: Task, theirs: Task, { runs, path }: MeasureOptions): Promise<Comparison> {
  await measure(ours, path);
  await measure(theirs, path);
  const pairs: (readonly [ours: Cost, theirs: Cost])[] = [];
  for (let run = 0; run < runs; run += 1) pairs.push([await measure(ours, path), await measure(theirs, path)]);
  const cpuRatios = pairs.flatMap(([a, b]) => (a.cpuMs === undefined || !b.cpuMs ? [] : [a.cpuMs / b.cpuMs]));
  return {
    oursMs: spreadOf(pairs.map(([cost]) => cost.wallMs)),
    theirsMs: spreadOf(pairs.map(([, cost]) => cost.wallMs)),
    ratio: spreadOf(pairs.map(([a, b]) => a.wallMs / b.wallMs)),
    ...(cpuRatios.length === runs && { cpuRatio: spreadOf(cpuRatios) }),
  };
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs?: number;
}

async function measure({ run, inProcess = false }: Task, path: string): Promise<Cost> {
  const directory = mkdtempSync(join(path, 'run-'));
  try {
    const cpuBefore = inProcess ? ownCpuMs() : childrenCpuMs();
    const started = performance.now();
    await run(directory);
    const wallMs = performance.now() - started;
    const cpuAfter = inProcess ? ownCpuMs() : childrenCpuMs();
    return { wallMs, ...(cpuBefore !== undefined && cpuAfter !== undefined && { cpuMs: cpuAfter - cpuBefore }) };
  } finally {
    discardLargeFiles(directory);
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const msPerTick = 10; // USER_HZ is 100 on every architecture that Node runs on

/** Reads what all programs that have ended have used. Source: proc(5), /proc/pid/stat, cutime and cstime. */
function childrenCpuMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The second field is the program's name, in parentheses, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * msPerTick;
}
