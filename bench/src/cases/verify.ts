import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOptions, signKeyless } from '../../../test/releases/keyless.ts';
import { type Bench, expected, imageOf } from '../bench.ts';
import { type Heading, measuredRow, type Result, type Row, rowUnlessTimeout } from '../row.ts';
import { runChild } from '../run-child.ts';
import type { Program } from '../start-child.ts';
import { spreadOf } from '../spread.ts';

const budgetMs = 100;
const runsForOne = 4; // some tens of milliseconds: what else the machine does shows in each
const reporter = new URL('../report-cpu.ts', import.meta.url).href;

/** Measures the processor time of a verification of a small capsule, over that of a script that does nothing. */
export async function benchVerify(bench: Bench): Promise<readonly Row[]> {
  const { reference, data } = await bench.layoutOf(bench.fewFiles);
  const layout = reference.slice('oci:'.length, reference.lastIndexOf('@'));
  writeFileSync(join(bench.path, 'trusted_root.json'), await signKeyless(layout, `git-${data.commit}`));
  const common = ['verify', reference, '--image', imageOf(data), '--name', expected.name];
  const byKey = { subject: 'by key', args: [...common, '--key', join('keys', 'cosign.pub')] };
  const byIdentity = { subject: 'by identity', args: [...common, ...identityOptions, '--trusted-root', 'trusted_root.json'] };
  return [
    await verifyRow(bench, byKey),
    await verifyRow(bench, byIdentity),
    await verifyRow(bench, { ...byKey, isFirst: true }),
    await verifyRow(bench, { ...byIdentity, isFirst: true }),
  ];
}

interface Verification {
  readonly subject: string;
  readonly args: readonly string[];
  /** As the first run of a program is, and each where its folder is not the user's: nothing compiled is kept. */
  readonly isFirst?: boolean;
}

async function verifyRow(bench: Bench, verification: Verification): Promise<Row> {
  const { subject, isFirst = false } = verification;
  const named = { group: 'CPU of a verification over an empty script', subject: isFirst ? `${subject}, nothing kept` : subject };
  const aim = { atMost: 1, text: `≤ ${budgetMs} ms CPU` };
  const heading: Heading = { ...named, ours: 'capsule verify', theirs: 'budget', ...(!isFirst && { aim }) };
  return rowUnlessTimeout(heading, async () => measuredRow(heading, await compareCpu(bench, verification)));
}

async function compareCpu(bench: Bench, { args, isFirst = false }: Verification): Promise<Result> {
  const empty = join(bench.path, 'empty.mjs');
  writeFileSync(empty, '');
  const kept = bench.capsule(args, ['--import', reporter]);
  const ours = isFirst ? { ...kept, env: { ...kept.env, NODE_DISABLE_COMPILE_CACHE: '1' } } : kept;
  const theirs = bench.program(process.execPath, ['--import', reporter, empty]);
  const runs = bench.settings.isQuick ? bench.settings.runs : bench.settings.runs * runsForOne;
  const overMs: number[] = [];
  await cpuOf(bench, ours); // warms up: from here on its code is kept
  for (let run = 0; run < runs; run += 1) overMs.push((await cpuOf(bench, ours)) - (await cpuOf(bench, theirs)));
  return { unit: 'ms', ours: spreadOf(overMs), theirs: spreadOf([budgetMs]), ratio: spreadOf(overMs.map((ms) => ms / budgetMs)) };
}

async function cpuOf(bench: Bench, program: Program): Promise<number> {
  const path = join(bench.path, 'cpu.txt');
  await runChild({ ...program, env: { ...program.env, BENCH_CPU_FILE: path } });
  return Number(readFileSync(path, 'utf8'));
}
