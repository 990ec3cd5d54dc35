import type { LogValue } from './log-line.ts';

/** Says that what a service was told to read again cannot be used: what it has read before stays in force. */
export function reloadFailedEntry(error: unknown, now: Date): Readonly<Record<string, LogValue>> {
  const reason = error instanceof Error ? error.message : String(error);
  return { level: 'error', time: now.toISOString(), event: 'reload-failed', reason };
}
