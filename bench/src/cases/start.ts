import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { type Comparison, comparePairs } from '../measure.ts';
import { type Row, rowUnlessTimeout, timeRow } from '../row.ts';
import { runChild } from '../run-child.ts';

const runsForOne = 4; // some tens of milliseconds: what else the machine does shows in each

/** Starts the command beside a script that does nothing, under the same Node. */
export async function benchStart(bench: Bench): Promise<readonly Row[]> {
  const empty = join(bench.path, 'empty.mjs');
  writeFileSync(empty, '');
  const ours = { run: () => runChild(bench.capsule(['--version'])) };
  const theirs = { run: () => runChild(bench.program(process.execPath, [empty])) };
  const runs = bench.settings.isQuick ? bench.settings.runs : bench.settings.runs * runsForOne;
  const aim = { atMost: 1.5 };
  const heading = { group: 'start', subject: 'nothing to do', ours: 'capsule --version', theirs: 'empty script', aim };
  const compare = (): Promise<Comparison> => comparePairs(ours, theirs, { ...bench.measuring, runs });
  return [await rowUnlessTimeout(heading, async () => timeRow(heading, await compare()))];
}
