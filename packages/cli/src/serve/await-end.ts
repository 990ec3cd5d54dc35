import { once } from 'node:events';
import type { Context } from '../context.ts';

/** Waits until the service is told to stop, or until what it writes down of its verdicts is lost; returns why, then. */
export async function awaitEnd({ signal, stdout }: Context): Promise<Error | undefined> {
  // Of what cannot be written, each line says so, also those that are lost while the service is stopped: only the first is waited for.
  stdout.stream.on('error', () => undefined);
  if (signal.aborted) return undefined;
  const waiting = new AbortController();
  const isOver = { signal: waiting.signal };
  try {
    return await Promise.race([
      once(signal, 'abort', isOver).then(() => undefined),
      once(stdout.stream, 'error', isOver).then(([error]) => (error instanceof Error ? error : new Error(String(error)))),
    ]);
  } finally {
    waiting.abort();
  }
}
