import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type CapsuleConfig, maxConfigBytes, parseCapsuleConfig } from '@release-capsule/packer';
import type { Context } from '../context.ts';
import { readInput } from './read-input.ts';

/** A `capsule.yaml`, and where it lies: its paths are relative to it. */
export interface LoadedConfig {
  readonly file: CapsuleConfig;
  readonly directory: string;
}

/**
 * Loads the `capsule.yaml` that is named, else the one in the working directory, if there is one.
 * @throws {CliError} `FILE_UNREADABLE`; {PackError} `CONFIG_INVALID`.
 */
export async function loadConfig(named: string | undefined, context: Context): Promise<LoadedConfig | undefined> {
  const path = resolve(context.cwd, named ?? 'capsule.yaml');
  if (named === undefined && !(await isThere(path))) return undefined;
  const bytes = await readInput(path, 'the configuration', maxConfigBytes, context);
  return { file: parseCapsuleConfig(bytes), directory: dirname(path) };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
