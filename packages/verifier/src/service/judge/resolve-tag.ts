import { OciError, type ReadableStore } from '@release-capsule/oci';
import type { ResolvedTag } from './tag-once-store.ts';

/** Resolves a tag now; that the registry cannot tell is an answer, which the verdict will explain. */
export async function resolveTag(store: ReadableStore, tag: string, signal: AbortSignal): Promise<ResolvedTag> {
  try {
    return { descriptor: await store.resolve(tag, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OciError) return { error };
    throw error;
  }
}
