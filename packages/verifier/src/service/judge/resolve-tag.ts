import { OciError, type ReadableStore } from '@release-capsule/oci';
import type { ResolvedTag } from './tag-once-store.ts';

/** How long a tag may be looked for. */
export interface ResolveTagOptions {
  /** Ends the work: nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** After so many milliseconds the registry is taken for one that cannot tell, while somebody still waits to hear that. */
  readonly deadlineMs: number;
}

/** Resolves a tag now; that the registry cannot tell, or not in time, is an answer, which the verdict will explain. */
export async function resolveTag(store: ReadableStore, tag: string, { signal, deadlineMs }: ResolveTagOptions): Promise<ResolvedTag> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadlineMs);
  try {
    return { descriptor: await store.resolve(tag, AbortSignal.any([signal, late.signal])) };
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return { error: tooLate(tag, deadlineMs, error) };
    if (error instanceof OciError) return { error };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(tag: string, deadlineMs: number, cause: unknown): OciError {
  const seconds = (deadlineMs / 1000).toFixed(1);
  const message = `the registry has not said within ${seconds} seconds what the tag ${tag} names`;
  return new OciError('UNAVAILABLE', message, { hint: "Try again. If that fails too, check the registry's status page and logs.", cause });
}
