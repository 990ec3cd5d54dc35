import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { DataSet } from '../data.ts';
import { comparePairs, type Task } from '../measure.ts';
import { missingPrograms } from '../peers.ts';
import { type Heading, missingRow, type Row, rowUnlessTimeout, timeRow } from '../row.ts';
import { runChild } from '../run-child.ts';
import type { Program } from '../start-child.ts';

/** Packs from a commit, hashing, proving and describing each file, beside GNU tar with gzip on the checkout. */
export async function benchPack(bench: Bench): Promise<readonly Row[]> {
  return [await packRow(bench, bench.smallFiles), await packRow(bench, bench.largeFiles)];
}

async function packRow(bench: Bench, data: DataSet): Promise<Row> {
  const heading: Heading = { group: 'pack', subject: data.title, ours: 'capsule pack', theirs: 'tar -czf' };
  const missing = missingPrograms(['GNU tar', 'gzip']);
  if (missing.length > 0) return missingRow(heading, missing);
  const pack = (directory: string): Program => bench.capsule(['pack', ...bench.packArguments(data, `oci:${directory}/layout`)]);
  const tar = (directory: string): Program => bench.program('tar', ['-czf', join(directory, 'tree.tar.gz'), '-C', data.directory, '.']);
  const ours: Task = { run: (directory) => runChild(pack(directory)) };
  const theirs: Task = { run: (directory) => runChild(tar(directory)) };
  return rowUnlessTimeout(heading, async () => timeRow(heading, await comparePairs(ours, theirs, bench.measuring)));
}
