import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeDirectory } from '@release-capsule/oci';
import { CliError } from '../errors.ts';
import { listOf } from '../output/list-of.ts';
import { writeFiles } from '../output/write-files.ts';
import type { PlannedFile } from './plan-files.ts';
import { policyFile } from './templates/policy-yaml.ts';

/**
 * Refuses to go on where a file differs: it is overwritten only by force.
 * @throws {CliError} `FILE_DIFFERS`.
 */
export function refuseDifferent(files: readonly PlannedFile[]): void {
  const different = files.filter(({ state }) => state === 'differs');
  if (different.length > 0) throw differs(different);
}

/**
 * Writes what is not there as it should be: all of it or nothing.
 * @throws {CliError} `FILE_UNWRITABLE`.
 */
export async function writePlan(files: readonly PlannedFile[]): Promise<void> {
  const changed = files.filter(({ state }) => state === 'created' || state === 'differs').sort(policyLast);
  for (const { at } of files) await removeLeftovers(at);
  const made: string[] = [];
  try {
    for (const { at } of changed) {
      const first = await makeDirectory(dirname(at));
      if (first !== undefined) made.push(dirname(at), first);
    }
    await writeFiles(changed.map(({ at, text }) => ({ path: at, content: Buffer.from(text) })));
  } catch (cause) {
    for (const directory of made) await rmdir(directory).catch(() => undefined); // what was empty before is not left behind
    if (cause instanceof CliError) throw cause;
    throw new CliError('FILE_UNWRITABLE', `nothing was written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A run that was killed shall not pass for one that wrote nothing for Kargo: where the policy is, all the rest is. */
function policyLast(a: PlannedFile, b: PlannedFile): number {
  return Number(a.path === policyFile) - Number(b.path === policyFile);
}

/** Removes what a killed run had not put in place yet, so that it is not committed by mistake. */
async function removeLeftovers(at: string): Promise<void> {
  const names = await readdir(dirname(at)).catch(() => []);
  const leftover = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
  const found = names.filter((name) => name.startsWith(basename(at)) && leftover.test(name.slice(basename(at).length)));
  for (const name of found) await rm(join(dirname(at), name), { force: true });
}

function differs(files: readonly PlannedFile[]): CliError {
  const names = listOf(files.map(({ path }) => path));
  const exist = files.length === 1 ? 'exists' : 'exist';
  return new CliError('FILE_DIFFERS', `${names} already ${exist} with other content; nothing was written`, {
    hint: 'Look at what would be written with --dry-run; --force overwrites.',
  });
}
