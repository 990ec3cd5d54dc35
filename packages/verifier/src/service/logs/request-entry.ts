import { callerName } from '../exchange/caller.ts';
import type { Exchange } from '../http/dispatch.ts';
import type { LogValue } from './log-line.ts';

/** Says how a request was answered; nothing for the probes that were told that all is well. */
export function requestEntry(exchange: Exchange, now: Date): Readonly<Record<string, LogValue>> | undefined {
  const { id, method, path, status, milliseconds, caller, problem } = exchange;
  if (method === 'GET' && status === 200) return undefined;
  return {
    level: status === 500 ? 'error' : 'info',
    time: now.toISOString(),
    event: 'request',
    request: id,
    method,
    // Never what the client has written: an address is where a token would be by mistake.
    route: path ?? 'none',
    status,
    ms: Math.round(milliseconds),
    caller: caller === undefined ? undefined : callerName(caller),
    code: problem?.code,
    reason: problem?.message,
    cause: problem?.code === 'MALFUNCTION' ? causeOf(problem) : undefined,
  };
}

function causeOf({ cause }: Error): string | undefined {
  return cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
}
