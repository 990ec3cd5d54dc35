import { builtCommand } from './built-command.ts';

/** Bundles the `capsule` command once, so that no test runs one that is older than its sources. */
export async function setup(): Promise<void> {
  await builtCommand();
}
