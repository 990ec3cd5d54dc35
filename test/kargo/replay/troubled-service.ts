import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A way to a service on which the first requests are answered by something else. */
export interface TroubledService extends AsyncDisposable {
  readonly url: string;
  /** How many requests have come. */
  readonly asked: () => number;
}

/** Puts answers in front of a service: one each for the first requests, then the service's own. */
export async function troubled(serviceUrl: string, statuses: Iterable<number>): Promise<TroubledService> {
  const trouble = statuses[Symbol.iterator]();
  let asked = 0;
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    asked += 1;
    const body = Buffer.concat(await Array.fromAsync<Buffer>(incoming));
    const { done = false, value } = trouble.next();
    if (!done) {
      outgoing.writeHead(value, { 'content-type': 'application/json', 'retry-after': '1' }).end('{"ok":false,"reason":"not now"}');
      return;
    }
    const headers = { authorization: incoming.headers.authorization ?? '', 'content-type': incoming.headers['content-type'] ?? '' };
    const answered = await fetch(`${serviceUrl}${incoming.url}`, { method: 'POST', headers, body });
    outgoing.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' }).end(await answered.text());
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
