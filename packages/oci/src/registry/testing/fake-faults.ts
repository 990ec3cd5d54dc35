import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with a matching request. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut before anything is answered. */
  | { readonly kind: 'reset' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' }
  /** The answer's body is cut after so many bytes; its length header promises all of it. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** As `truncate`, but the connection stays open and silent. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** The answer's body comes byte by byte, one in so many milliseconds. */
  | { readonly kind: 'trickle'; readonly everyMs: number }
  /** The answer's body has its last byte changed. */
  | { readonly kind: 'wrong bytes' }
  /** One header of the answer is another. */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  /** A Range header is not honoured. */
  | { readonly kind: 'ignore range' }
  /** A write is answered as if it had been done, and is not. */
  | { readonly kind: 'lost write' };

/** Which requests go wrong, how, and how often. */
export interface FaultRule {
  readonly method?: string;
  /** Matched against path and query. */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** How many matching requests; all of them where it is not said. */
  readonly times?: number;
}

/** Decides about each request which fault it meets. */
export class Faults {
  readonly #rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  take(method: string, path: string): Fault | undefined {
    const found = this.#rules.find(
      ({ rule, left }) => left > 0 && (rule.method ?? method) === method && (rule.path?.test(path) ?? true),
    );
    if (found === undefined) return undefined;
    found.left--;
    return found.rule.fault;
  }
}

/** Answers a request as its fault says; false where the request goes on to be served. */
export function answerWithFault(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  switch (fault?.kind) {
    case 'answer':
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return true;
    case 'reset':
      request.socket.destroy();
      return true;
    case 'silence':
      request.resume();
      return true;
    default:
      return false;
  }
}
