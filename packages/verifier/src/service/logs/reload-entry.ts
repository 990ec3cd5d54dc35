import type { AcceptedTokens } from '../auth/tokens.ts';
import type { TlsSetup } from '../auth/tls-files.ts';
import type { LogEntry } from './log-line.ts';

/** What a service reads again. */
export type Reloaded = 'policies' | 'tokens' | 'certificates';

/** Says that what a service was told to read again cannot be used: what it has read before stays in force. */
export function reloadFailedEntry(what: Reloaded, error: unknown, now: Date): LogEntry {
  const reason = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  const kept = `the ${what} that were read before stay in force`;
  return { level: 'error', time: now.toISOString(), event: 'reload-failed', what, reason, hint, kept };
}

/** Says how a reading that somebody has asked for went. */
export function reloadedEntry(kept: readonly Reloaded[], now: Date): LogEntry {
  const base = { time: now.toISOString(), event: 'reloaded' };
  return kept.length === 0 ? { level: 'info', ...base } : { level: 'error', ...base, kept };
}

/** Says which tokens count from now on. */
export function tokensEntry({ count, isGone }: AcceptedTokens, now: Date): LogEntry {
  const base = { time: now.toISOString(), event: 'tokens', count };
  if (!isGone) return { level: 'info', ...base };
  return { level: 'warn', ...base, reason: 'the token file is not there any more: no token is accepted until it is back' };
}

const warnedMs = 7 * 86_400_000; // a week is time to renew a certificate

/** Says by which certificate TLS is spoken from now on. */
export function certificateEntry({ until, isClientCaGone }: TlsSetup, now: Date): LogEntry {
  const leftMs = until.getTime() - now.getTime();
  const reasons = [
    ...(leftMs <= 0 ? ['the certificate of the service has expired: clients that check it do not connect'] : []),
    ...(leftMs > 0 && leftMs < warnedMs ? ['the certificate of the service expires within a week'] : []),
    ...(isClientCaGone ? ['the file of client authorities is not there any more: no client certificate is accepted until it is back'] : []),
  ];
  const level = reasons.length > 0 ? 'warn' : 'info';
  const reason = reasons.length > 0 ? reasons.join('; ') : undefined;
  return { level, time: now.toISOString(), event: 'certificate', until: until.toISOString(), reason };
}
