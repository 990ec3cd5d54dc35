/** The code of an answer that carries no verdict. docs/service.md lists them. */
export type ProblemCode =
  | 'REQUEST_INVALID'
  | 'UNAUTHENTICATED'
  | 'ROUTE_UNKNOWN'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TIMEOUT'
  | 'REQUEST_TOO_LARGE'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'REPOSITORY_NOT_SERVED'
  | 'RELEASE_AMBIGUOUS'
  | 'BUSY'
  | 'MALFUNCTION'
  | 'DEADLINE_PASSED'
  | 'TRUST_OUTDATED'
  | 'AUDIT_BLOCKED'
  | 'STOPPING';

/** The status of each code, what it means, and what to do about it. */
export const problemTable: Readonly<Record<ProblemCode, readonly [status: number, meaning: string, hint: string]>> = {
  REQUEST_INVALID: [400, 'the request is not understood', 'GET /openapi.json describes what a request must hold.'],
  UNAUTHENTICATED: [
    401,
    'no token, and no client certificate, that is accepted here',
    'Send "Authorization: Bearer TOKEN" with a token of the token file, or show a client certificate.',
  ],
  ROUTE_UNKNOWN: [404, 'there is nothing at this path', 'GET /openapi.json lists the paths.'],
  METHOD_NOT_ALLOWED: [405, 'the path takes another method; Allow says which', 'Use a method that the header Allow names.'],
  REQUEST_TIMEOUT: [
    503,
    'the request did not come whole in time',
    'Ask again. If that fails too, check the network and the proxies between.',
  ],
  REQUEST_TOO_LARGE: [413, 'the body is larger than what is read', 'Send the Freight in its smallest form.'],
  MEDIA_TYPE_UNSUPPORTED: [
    415,
    'the body is not application/json, or it is compressed',
    'Send JSON in UTF-8, not compressed, with "Content-Type: application/json".',
  ],
  REPOSITORY_NOT_SERVED: [
    422,
    'no policy of the service names the repository',
    'Check the repository. If it is right, add a policy for it to the service: capsule serve --policy FILE.',
  ],
  RELEASE_AMBIGUOUS: [
    422,
    'several policies, or several images of the Freight, could be meant',
    'Name the capsule by its own repository, with tag or digest.',
  ],
  BUSY: [
    429,
    'more is asked for than can be judged in time',
    'Ask again after the time in Retry-After. If that fails too, run more replicas.',
  ],
  MALFUNCTION: [
    500,
    'the service, or its machine, has failed',
    'Look in the log of the service for this request: its id is in the header x-request-id.',
  ],
  DEADLINE_PASSED: [
    503,
    'the answer was not found in time',
    'Ask again after the time in Retry-After. If that fails too, check the log for what the registry answered.',
  ],
  TRUST_OUTDATED: [
    503,
    'the public trusted root could not be renewed for a day',
    'Look in the log of the service for reload-failed: it says why the root could not be renewed.',
  ],
  AUDIT_BLOCKED: [
    503,
    'the audit lines are not being read, and no verdict is given without one',
    'Look at what reads the standard output of the service: it has stopped reading. Another replica may answer.',
  ],
  STOPPING: [503, 'the service is being stopped', 'Ask again: another replica answers.'],
};

/** What a problem's answer carries beside its reason. */
export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What to do, where the code's own hint does not fit. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Ends a request with an answer that carries no verdict. The message is for the caller: it holds nothing secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly hint: string;

  constructor(code: ProblemCode, reason: string, { headers = {}, hint = problemTable[code][2], cause }: ProblemOptions = {}) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
    this.headers = headers;
    this.hint = hint;
  }

  get status(): number {
    return problemTable[this.code][0];
  }
}
