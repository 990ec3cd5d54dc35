import type { IncomingMessage } from 'node:http';
import type { LogEntry } from '../logs/log-line.ts';
import type { Caller } from './caller.ts';
import type { RequestTime } from './request-time.ts';

/** A request as a handler sees it: its caller is known, its body is not read yet. */
export interface ServiceRequest {
  readonly id: string;
  readonly caller: Caller;
  readonly message: IncomingMessage;
  readonly time: RequestTime;
}

/** An answer, before it is written. A text is sent as it is, anything else as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object | string;
  /** `application/json` where it is not said. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the log says of it, beside its status. */
  readonly logged?: LogEntry;
}

/** One path of the service. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `open` ones answer everybody; `token` ones ask who it is; `legacy` is the old verification, which may be opened. */
  readonly access: 'open' | 'token' | 'legacy';
  readonly handle: (request: ServiceRequest) => Answer | Promise<Answer>;
}
