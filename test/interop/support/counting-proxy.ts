import { createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { listenOnLoopback, type LoopbackServer } from './loopback.ts';

/** A request that went through a proxy. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The scheme of its Authorization header: `Basic`, `Bearer` or nothing. */
  readonly authorization: string;
  readonly status: number;
}

/** A reverse proxy that writes down what goes through it. */
export interface CountingProxy extends LoopbackServer {
  readonly requests: readonly SeenRequest[];
}

/** What becomes of an answer: it goes on its way, or the connection breaks. */
export type Fate = 'pass' | 'break';

/** What a proxy does to requests by their number, from 1. */
export interface ProxyFaults {
  /** Called right before a request goes on. */
  readonly onRequest?: (count: number) => void;
  /** Called right before an answer goes on. */
  readonly onAnswer?: (count: number) => Fate;
}

/** Starts a reverse proxy before a registry. */
export async function startCountingProxy(registryHost: string, faults: ProxyFaults = {}): Promise<CountingProxy> {
  const requests: SeenRequest[] = [];
  let count = 0;
  const [hostname, port] = registryHost.split(':');
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = '', url: path = '', headers } = incoming;
    count += 1;
    const mine = count;
    faults.onRequest?.(mine);
    const upstream = sendRequest({ hostname, port, method, path, headers }, (answer) => {
      const status = answer.statusCode ?? 0;
      requests.push({ method, path, authorization: headers.authorization?.split(' ')[0] ?? '', status });
      if (faults.onAnswer?.(mine) === 'break') {
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(status, answer.headers);
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.on('error', () => outgoing.destroy());
    pipeline(incoming, upstream, () => undefined);
  };
  return { ...(await listenOnLoopback(createServer(forward))), requests };
}
