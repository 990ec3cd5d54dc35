import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

interface BenchRow {
  readonly group: string;
  readonly ours: string;
  readonly missing?: string;
  readonly isMet?: boolean;
  readonly result?: { readonly unit: string; readonly ratio: { readonly min: number; readonly median: number; readonly max: number } };
}

const run = promisify(execFile);
const bench = ['--conditions=source', 'bench/src/run.ts', '--quick'];

async function runBench(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...bench, ...args], { cwd: workspaceRoot });
  return stdout;
}

test('the bench measures every case on small data, with nothing missing', async () => {
  const { rows } = JSON.parse(await runBench('--json')) as { readonly rows: readonly BenchRow[] };
  expect(rows.filter(({ missing }) => missing !== undefined)).toEqual([]);
  const groups = new Map(rows.map(({ group }) => [group, rows.filter((row) => row.group === group).length]));
  expect(Object.fromEntries(groups)).toEqual({
    pack: 2,
    unpack: 4,
    'verified fetch from a registry': 2,
    start: 1,
    'CPU of a verification over an empty script': 4,
    'HTTP requests of a verification': 2,
    'verify service, eight clients': 8,
    'peak memory': 3,
  });
  for (const { result } of rows) {
    expect(result?.ratio.min).toBeGreaterThan(0);
    expect(result?.ratio.max).toBeLessThan(Infinity);
  }
  // Counts do not depend on the machine: here even the small data can tell.
  const counted = rows.filter(({ result }) => result?.unit === 'requests');
  expect(counted.map(({ isMet }) => isMet)).toEqual([true, true, true]);
});

test('the bench prints a ratio in each row of its table', async () => {
  const table = await runBench('--only', 'start');
  expect(table).toMatch(/capsule --version : empty script +×\d+\.\d\d \(\d+\.\d\d–\d+\.\d\d\)/);
});

test('the bench names its cases where it is asked for one that there is not', async () => {
  await expect(runBench('--only', 'nothing')).rejects.toThrow(/there is no case "nothing"[\s\S]*verified-fetch/);
});
