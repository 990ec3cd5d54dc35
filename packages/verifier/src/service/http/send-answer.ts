import type { ServerResponse } from 'node:http';
import type { Answer } from '../request/route.ts';

/** What is said of an answer beside what is in it. */
export interface SendOptions {
  readonly requestId: string;
  /** Lets the connection end with this answer. */
  readonly closes: boolean;
}

/** Writes an answer: the one place where the service answers a request that it has understood. */
export function sendAnswer(response: ServerResponse, answer: Answer, { requestId, closes }: SendOptions): void {
  if (response.headersSent || response.destroyed) return; // the client has gone, and with it whom to tell
  const { status, body, contentType = 'application/json', headers = {} } = answer;
  const bytes = Buffer.from(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': bytes.byteLength,
    'cache-control': 'no-store', // an answer is true now
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(closes && { connection: 'close' }),
    ...headers,
  });
  response.end(bytes);
}
