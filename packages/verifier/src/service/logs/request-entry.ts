import type { Exchange } from '../http/dispatch.ts';
import { callerName } from '../request/caller.ts';
import type { LogEntry } from './log-line.ts';

/** Says how a request was answered; nothing for the probes that were told that all is well. */
export function requestEntry(exchange: Exchange, now: Date): LogEntry | undefined {
  const { id, method, path, status, milliseconds, caller, problem, logged } = exchange;
  if (method === 'GET' && status === 200) return undefined;
  return {
    level: levelOf(status),
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
    ...logged,
    cause: problem?.code === 'MALFUNCTION' ? causeOf(problem) : undefined,
  };
}

/** What a promotion waits for, an operator looks into. */
function levelOf(status: number): string {
  if (status === 500) return 'error';
  return status === 503 ? 'warn' : 'info';
}

function causeOf({ cause }: Error): string | undefined {
  return cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
}
