import { type Descriptor, OciError, type Store } from '@release-capsule/oci';

/**
 * Resolves a tag that may not exist yet, as in a repository that nothing was pushed to.
 * @throws {OciError} What the store throws otherwise.
 */
export async function resolveIfThere(store: Pick<Store, 'resolve'>, tag: string, signal?: AbortSignal): Promise<Descriptor | undefined> {
  try {
    return await store.resolve(tag, signal);
  } catch (error) {
    if (error instanceof OciError && (error.code === 'REFERENCE_UNKNOWN' || error.code === 'REPOSITORY_UNKNOWN')) return undefined;
    throw error;
  }
}
