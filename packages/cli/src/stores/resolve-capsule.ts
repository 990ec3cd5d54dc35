import type { Descriptor } from '@release-capsule/oci';
import { CliError } from '../errors.ts';
import type { OpenedStore } from './open-store.ts';

/**
 * Resolves what a reference names, once; everything after goes by the digest.
 * @throws {CliError} `OPTION_INVALID` where it names neither tag nor digest.
 */
export async function resolveCapsule({ store, reference, place }: OpenedStore, signal: AbortSignal): Promise<Descriptor> {
  const name = reference.digest ?? reference.tag;
  if (name !== undefined) return store.resolve(name, signal);
  throw new CliError('OPTION_INVALID', `${place} names no capsule`, { hint: `Add a tag or a digest: ${place}:git-<commit>.` });
}
