import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { DataSet } from '../data.ts';
import { measuredRow, type Result, type Row, rowUnlessTimeout } from '../row.ts';
import { runChild } from '../run-child.ts';
import { spreadOf } from '../spread.ts';

const reporter = fileURLToPath(new URL('../report-peak-memory.ts', import.meta.url));
const commands = ['pack', 'verify', 'unpack'] as const;
const [large, small] = [90, 10] as const; // megabytes

type Command = (typeof commands)[number];

/** Compares the peak memory of the same command on a layer nine times as large: it must not grow with the layer. */
export async function benchMemory(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const command of commands) rows.push(await memoryRow(bench, command));
  return rows;
}

async function memoryRow(bench: Bench, command: Command): Promise<Row> {
  // The garbage collector comes when it likes: a quarter more is no growth, ninefold would be.
  const heading = {
    group: 'peak memory',
    subject: 'whole process',
    ours: `capsule ${command}, ${bench.threeFiles(large).title}`,
    theirs: bench.threeFiles(small).title,
    aim: { atMost: 1.25 },
  };
  return rowUnlessTimeout(heading, async () => measuredRow(heading, await comparePeaks(bench, command)));
}

async function comparePeaks(bench: Bench, command: Command): Promise<Result> {
  const pairs: (readonly [ours: number, theirs: number])[] = [];
  for (let run = 0; run < bench.settings.runs; run += 1) {
    pairs.push([await peakMebibytes(bench, command, large), await peakMebibytes(bench, command, small)]);
  }
  return {
    unit: 'MiB',
    ours: spreadOf(pairs.map(([ours]) => ours)),
    theirs: spreadOf(pairs.map(([, theirs]) => theirs)),
    ratio: spreadOf(pairs.map(([ours, theirs]) => ours / theirs)),
  };
}

async function peakMebibytes(bench: Bench, command: Command, megabytes: number): Promise<number> {
  const directory = mkdtempSync(join(bench.path, 'run-'));
  const report = join(directory, 'peak');
  try {
    const args = await argumentsOf(bench, command, bench.threeFiles(megabytes), join(directory, 'target'));
    const program = bench.capsule(args, ['--import', reporter]);
    await runChild({ ...program, env: { ...program.env, BENCH_MEMORY_FILE: report } });
    return Number(readFileSync(report, 'utf8')) / 1024;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function argumentsOf(bench: Bench, command: Command, data: DataSet, target: string): Promise<readonly string[]> {
  if (command === 'pack') return ['pack', ...bench.packArguments(data, `oci:${target}`)];
  const verify = bench.verifyArguments(await bench.layoutOf(data));
  return command === 'verify' ? ['verify', ...verify] : ['unpack', ...verify, '--output', target];
}
