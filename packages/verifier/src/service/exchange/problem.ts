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
  | 'STOPPING';

/** The status of each code, and what it means. */
export const problemTable: Readonly<Record<ProblemCode, readonly [status: number, meaning: string]>> = {
  REQUEST_INVALID: [400, 'the request is not understood'],
  UNAUTHENTICATED: [401, 'no token, and no client certificate, that is accepted here'],
  ROUTE_UNKNOWN: [404, 'there is nothing at this path'],
  METHOD_NOT_ALLOWED: [405, 'the path takes another method; Allow says which'],
  REQUEST_TIMEOUT: [503, 'the request did not come whole in time'],
  REQUEST_TOO_LARGE: [413, 'the body is larger than what is read'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'the body is not application/json, or it is compressed'],
  REPOSITORY_NOT_SERVED: [422, 'no policy of the service names the repository'],
  RELEASE_AMBIGUOUS: [422, 'several policies, or several images of the Freight, could be meant'],
  BUSY: [429, 'more is asked for than can be judged in time'],
  MALFUNCTION: [500, 'the service, or its machine, has failed'],
  DEADLINE_PASSED: [503, 'the answer was not found in time'],
  TRUST_OUTDATED: [503, 'the public trusted root could not be renewed for a day'],
  STOPPING: [503, 'the service is being stopped'],
};

/** What a problem's answer carries beside its reason. */
export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Ends a request with an answer that carries no verdict. The message is for the caller: it holds nothing secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, reason: string, { headers = {}, cause }: ProblemOptions = {}) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return problemTable[this.code][0];
  }
}
