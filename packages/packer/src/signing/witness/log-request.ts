import type { ServiceRequest } from '../service/ask-service.ts';
import { servicePath } from '../service/service-url.ts';

/** A service that witnesses signatures. */
export interface WitnessOptions {
  readonly url: URL;
  readonly signal?: AbortSignal | undefined;
}

/** What a transparency log is called in messages. */
export const logService = 'the transparency log';

const maxAnswerBytes = 512 * 1024; // an entry with its proof has some ten thousand

/** Makes the request that proposes an entry to a log; `path` is that of its API. */
export function logRequest({ url, signal }: WitnessOptions, path: string, entry: object): ServiceRequest {
  return {
    service: logService,
    method: 'POST',
    url: servicePath(url, path),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: Buffer.from(JSON.stringify(entry)),
    maxBytes: maxAnswerBytes,
    signal,
  };
}
