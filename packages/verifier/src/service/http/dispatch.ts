import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../request/caller.ts';
import type { Problem } from '../request/problem.ts';
import { type RequestTime, startTime } from '../request/request-time.ts';
import type { Answer, Route } from '../request/route.ts';
import type { FindRoute } from './find-route.ts';
import { problemAnswer, problemOf, stoppingProblem } from './problem-of.ts';
import { sendAnswer } from './send-answer.ts';

/** How a request ended. */
export interface Exchange {
  readonly id: string;
  /** The route's path, or nothing where there is none. */
  readonly path?: string;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly caller?: Caller;
  /** What the handler has to say of its answer. */
  readonly logged?: Answer['logged'] | undefined;
  /** What went wrong; its message alone is the caller's, its cause the operator's. */
  readonly problem?: Problem;
}

/** What every request needs. */
export interface DispatchOptions {
  readonly findRoute: FindRoute;
  /** Says who asks. @throws {Problem} `UNAUTHENTICATED`. */
  readonly identify: (access: Route['access'], message: IncomingMessage) => Caller;
  readonly isStopping: () => boolean;
  readonly deadlineMs: number;
  readonly newRequestId: () => string;
  readonly onRequest: (time: RequestTime) => void;
  readonly onAnswered: (exchange: Exchange, time: RequestTime) => void;
}

const nextReplicaSeconds = 1; // nothing was begun here, and another replica may answer at once

/** Answers one request; whatever goes wrong on the way is an answer as well. */
export type Dispatch = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Makes what answers requests: find the route, ask who it is, let the handler answer. */
export function makeDispatch(options: DispatchOptions): Dispatch {
  return async (message, response) => {
    const time = startTime(options.deadlineMs);
    const id = options.newRequestId();
    const { method = '' } = message;
    response.on('close', () => {
      if (!response.writableFinished) time.end('client gone');
    });
    options.onRequest(time);
    const handled = await handle(message, { id, time, options });
    time.done();
    const { answer, ...rest } = handled;
    sendAnswer(response, answer, { requestId: id, closes: options.isStopping() || !isWhole(message) });
    const { status, logged } = answer;
    options.onAnswered({ id, method, status, milliseconds: time.elapsedMs(), logged, ...rest }, time);
  };
}

type Handled = { readonly answer: Answer } & Pick<Exchange, 'path' | 'caller' | 'problem'>;

interface Handling {
  readonly id: string;
  readonly time: RequestTime;
  readonly options: DispatchOptions;
}

async function handle(message: IncomingMessage, { id, time, options }: Handling): Promise<Handled> {
  const known: { path?: string; caller?: Caller } = {};
  try {
    const route = options.findRoute(message.method ?? '', message.url ?? '');
    known.path = route.path;
    if (route.access !== 'open' && options.isStopping()) throw stoppingProblem(nextReplicaSeconds);
    known.caller = options.identify(route.access, message);
    return { answer: await route.handle({ id, caller: known.caller, message, time }), ...known };
  } catch (error) {
    const problem = problemOf(error);
    return { answer: problemAnswer(problem), problem, ...known };
  }
}

/** What follows a body that was not read cannot be told apart from its rest. */
function isWhole({ complete, headers }: IncomingMessage): boolean {
  return complete || (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0);
}
