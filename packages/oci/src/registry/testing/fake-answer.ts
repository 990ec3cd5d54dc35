import type { ServerResponse } from 'node:http';
import type { Fault } from './fake-faults.ts';
import type { FakeAnswer } from './fake-handlers.ts';

/** Sends an answer as a fault leaves it. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers = {}, body = new Uint8Array(0) }: FakeAnswer,
  { fault, withBody }: { readonly fault: Fault | undefined; readonly withBody: boolean },
): void {
  const changed = fault?.kind === 'header' ? { [fault.name]: fault.value } : {};
  response.writeHead(status, { 'content-length': String(body.length), ...headers, ...changed });
  if (!withBody) return void response.end();
  switch (fault?.kind) {
    case 'truncate':
      response.write(body.subarray(0, fault.afterBytes), () => response.destroy());
      return;
    case 'stall':
      response.write(body.subarray(0, fault.afterBytes));
      return;
    case 'trickle':
      trickle(response, body, fault.everyMs);
      return;
    case 'wrong bytes':
      response.end(Buffer.concat([body.subarray(0, -1), Uint8Array.of((body.at(-1) ?? 0) ^ 1)]));
      return;
    default:
      response.end(body);
  }
}

function trickle(response: ServerResponse, body: Uint8Array, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(at, ++at));
    if (at < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}
