import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

const run = promisify(execFile);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sum-reports-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the last line of a CI run', () => {
  test('adds up what the runner reported', async () => {
    await leave('test', 0, { passed: 10, failed: 0, skipped: 1 });
    await leave('check', 0);
    await leave('interop', 0, { passed: 4, failed: 0, skipped: 2 });
    expect(await sum()).toMatchObject({ line: '15 passed, 0 failed, 3 skipped', status: 0 });
  });

  test('names what was skipped', async () => {
    await leave('test', 0, { passed: 10, failed: 0, skipped: 2 });
    expect((await sum()).names).toEqual(['test: skipped: test 1', 'test: skipped: test 2']);
  });

  test('counts the tests that failed, and fails', async () => {
    await leave('test', 1, { passed: 9, failed: 2, skipped: 0 });
    await leave('interop', 0, { passed: 4, failed: 0, skipped: 0 });
    expect(await sum()).toMatchObject({ line: '13 passed, 2 failed, 0 skipped', status: 1 });
  });

  test('counts a step that failed without a failed test as one failure', async () => {
    await leave('test', 0, { passed: 10, failed: 0, skipped: 0 });
    await leave('check', 1);
    await leave('interop', 1, { passed: 4, failed: 0, skipped: 0 });
    expect(await sum()).toMatchObject({ line: '14 passed, 2 failed, 0 skipped', status: 1 });
  });

  test('names what failed, just before the last line', async () => {
    await leave('test', 1, { passed: 9, failed: 1, skipped: 1 });
    await leave('check', 1);
    expect((await sum()).failures).toEqual(['check: failed: see what it printed above', 'test: failed: broken 1: expected 1 to be 2']);
  });

  test('names what passed at a second try', async () => {
    const retried = { fullName: 'slow', status: 'passed', failureMessages: ['timed out\n    at line 3'] };
    await leave('interop', 0, { passed: 4, failed: 0, skipped: 0 }, [{ assertionResults: [retried] }]);
    expect(await sum()).toMatchObject({ status: 0, secondTries: ['interop: second try: slow: timed out'] });
  });

  test('names a file that did not load', async () => {
    await leave('interop', 1, { passed: 4, failed: 0, skipped: 0 }, [
      { name: join(workspaceRoot, 'test/a.test.ts'), status: 'failed', message: 'no such module\n  at line 1', assertionResults: [] },
    ]);
    // A workspace that a link leads to may be named by either path.
    expect((await sum()).failures).toEqual([expect.stringMatching(/^interop: failed: .*test\/a\.test\.ts: no such module$/)]);
  });

  test.each(['test', 'start-elsewhere', 'interop'])('fails where the step %s wrote no report', async (step) => {
    await leave(step, 0);
    expect(await sum()).toMatchObject({ line: '0 passed, 1 failed, 0 skipped', status: 1 });
  });
});

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

async function leave(step: string, status: number, counts?: Counts, moreFiles: readonly object[] = []): Promise<void> {
  await writeFile(join(folder, `${step}.status`), `${status}\n`);
  if (counts === undefined) return;
  const { passed, failed, skipped } = counts;
  const counted = { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: 0 };
  const tests = Array.from({ length: skipped }, (_, index) => ({ fullName: `test ${index + 1}`, status: 'skipped' }));
  const failures = Array.from({ length: failed }, (_, index) => ({
    fullName: `broken ${index + 1}`,
    status: 'failed',
    failureMessages: ['expected 1 to be 2\n    at line 3'],
  }));
  const assertionResults = [...tests, { fullName: 'test 0', status: 'passed' }, ...failures];
  const report = { ...counted, testResults: [{ assertionResults }, ...moreFiles] };
  await writeFile(join(folder, `${step}.json`), JSON.stringify(report));
}

interface Summary {
  /** The last line. */
  readonly line: string | undefined;
  /** The lines that name a skipped test. */
  readonly names: readonly string[] | undefined;
  /** The lines that name a test that passed at a second try. */
  readonly secondTries: readonly string[] | undefined;
  /** The lines just before the last that name a failure. */
  readonly failures: readonly string[];
  readonly status: number;
}

async function sum(): Promise<Summary> {
  const args = [join(workspaceRoot, 'scripts/ci/sum-reports.mjs'), folder];
  const ended = run(process.execPath, args).then(({ stdout }) => ({ stdout, code: 0 }));
  const { stdout, code } = await ended.catch((error: { stdout: string; code: number }) => error);
  const lines = stdout.trimEnd().split('\n');
  const failures = lines.slice(lines.findLastIndex((line) => !line.includes(': failed: ') && line !== lines.at(-1)) + 1, -1);
  const [names, secondTries] = [': skipped: ', ': second try: '].map((mark) => lines.filter((line) => line.includes(mark)));
  return { line: lines.at(-1), names, secondTries, failures, status: code };
}
