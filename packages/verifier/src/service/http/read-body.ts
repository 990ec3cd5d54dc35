import type { IncomingMessage } from 'node:http';
import type { BodyReservation } from '../limits/body-budget.ts';
import { Problem } from '../request/problem.ts';
import { RequestEnded } from '../request/request-time.ts';

/** How a body is read. */
export interface ReadBodyOptions {
  readonly maxBytes: number;
  readonly reserved: BodyReservation;
  readonly signal: AbortSignal;
}

/**
 * Reads the JSON body of a request, up to a bound; nothing is held for what is only announced.
 * @throws {Problem} `MEDIA_TYPE_UNSUPPORTED`, `REQUEST_TOO_LARGE`, `REQUEST_TIMEOUT`, `BUSY`; {RequestEnded} where the client goes.
 */
export async function readBody(message: IncomingMessage, { maxBytes, reserved, signal }: ReadBodyOptions): Promise<Uint8Array> {
  refuseMediaType(message);
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let taken = 0;
  const add = (chunk: Buffer): void => {
    if (taken + chunk.byteLength > maxBytes) throw tooLarge(maxBytes);
    if (!reserved.take(chunk.byteLength)) throw new Problem('BUSY', 'too much is being asked at one time', soon);
    taken += chunk.byteLength;
    chunks.push(chunk);
  };
  await eachChunk(message, add, signal);
  return Buffer.concat(chunks);
}

const soon = { headers: { 'retry-after': '1' } };

/** Hands over each piece as it comes. The connection is left open where that fails: the client is still to be told. */
function eachChunk(message: IncomingMessage, add: (chunk: Buffer) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      message.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone).pause();
      message.on('error', () => undefined); // what is left of it is nobody's concern
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onData = (chunk: Buffer): void => {
      try {
        add(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = (): void => settle(resolve);
    const onGone = (): void => settle(() => reject(new RequestEnded('client gone')));
    const onAbort = (): void => settle(() => reject(endOf(signal)));
    signal.addEventListener('abort', onAbort, { once: true });
    message.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    if (signal.aborted) onAbort();
  });
}

function endOf({ reason }: AbortSignal): unknown {
  const isLate = reason instanceof RequestEnded && reason.why === 'deadline';
  // Whether the client dawdled or we had no time to read cannot be told: a promotion must not end by the second.
  return isLate ? new Problem('REQUEST_TIMEOUT', 'the body did not come whole in time', soon) : reason;
}

function refuseMediaType({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(type.slice(0, 100))) {
    throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'the body must be application/json, in UTF-8');
  }
  // What is small on the wire may be huge once it is unpacked.
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'the body must not be compressed');
  }
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('REQUEST_TOO_LARGE', `the body is larger than ${maxBytes} bytes`);
}
