import { editDistance } from '@release-capsule/schema';
import { commandTable } from '../command-table.ts';

const maxSlips = 2; // more is another word

/** Finds the command that a mistyped one was probably meant to be. */
export function nearestCommand(typed: string): string | undefined {
  if (typed.length < 2 || typed.length > 20) return undefined; // no command is as short or as long
  const lower = typed.toLowerCase();
  const [nearest] = commandTable
    .map(({ name }) => ({ name, slips: name.startsWith(lower) ? 1 : editDistance(lower, name) }))
    .filter(({ slips }) => slips <= maxSlips)
    .sort((a, b) => a.slips - b.slips);
  return nearest?.name;
}
