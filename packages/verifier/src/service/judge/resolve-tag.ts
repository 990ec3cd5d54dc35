import { OciError, type ReadableStore } from '@release-capsule/oci';
import { lateError, manifestText } from '../../verify/deadline.ts';
import type { ResolvedTag } from './pinned-tag-store.ts';

/** How long a tag may be looked for. */
export interface ResolveTagOptions {
  /** The repository, for people. */
  readonly place: string;
  /** Ends the work: nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** After so many milliseconds the registry is taken for one that cannot tell, while somebody still waits to hear that. */
  readonly deadlineMs: number;
}

/** Resolves a tag now; that the registry cannot tell, or not in time, is an answer, which the verdict will explain. */
export async function resolveTag(store: ReadableStore, tag: string, options: ResolveTagOptions): Promise<ResolvedTag> {
  const { place, signal, deadlineMs } = options;
  const late = new AbortController();
  // Not AbortSignal.timeout: it would be kept until its time comes, for each tag that was found at once.
  const timer = setTimeout(() => late.abort(new DOMException('no answer in time', 'TimeoutError')), deadlineMs);
  try {
    return { descriptor: await store.resolve(tag, AbortSignal.any([signal, late.signal])) };
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return { error: lateError({ place, what: manifestText(tag), afterMs: deadlineMs }, error) };
    if (error instanceof OciError) return { error };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
