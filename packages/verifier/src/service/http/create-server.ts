import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { Duplex } from 'node:stream';

/** Bounds of what a client may take of the server's patience. Each has its reason beside it. */
const bounds = {
  maxHeaderSize: 16 * 1024, // a token and a proxy's headers take a tenth of it
  headersTimeout: 5_000, // a head fits one packet
  requestTimeout: 10_000, // the whole request; what it asks for must be answered within less
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 30_000, // the next poll of a promotion
  requireHostHeader: true,
  insecureHTTPParser: false,
} as const satisfies ServerOptions;

const silenceMs = 30_000; // also for a client that does not take its answer
const maxHeadersCount = 64;
const maxRequestsPerConnection = 100; // then it begins anew, so that a certificate which is accepted no more is noticed
const handshakeTimeoutMs = 5_000;
const refusalGraceMs = 1_000;

/** Makes the server, plain or with TLS; nothing listens yet. */
export function createServiceServer(tls: TlsOptions | undefined): Server {
  const server = tls === undefined ? createServer(bounds) : createTlsServer({ ...bounds, handshakeTimeout: handshakeTimeoutMs, ...tls });
  server.timeout = silenceMs;
  server.maxHeadersCount = maxHeadersCount;
  server.maxRequestsPerSocket = maxRequestsPerConnection;
  const isAnswering = answeredConnections(server);
  // What follows a good request is not that one's answer: a proxy between would hand it to whoever sent it.
  server.on('clientError', (error, socket) => (isAnswering(socket) ? socket.destroy() : refuse(error, socket)));
  return server;
}

/** Tells whether a whole request of a connection is being answered; one that broke off is what is refused itself. */
function answeredConnections(server: Server): (socket: Duplex) => boolean {
  const unanswered = new WeakMap<Duplex, Set<IncomingMessage>>();
  server.on('request', (message, response) => {
    const messages = unanswered.get(message.socket) ?? new Set();
    unanswered.set(message.socket, messages.add(message));
    response.once('close', () => messages.delete(message));
  });
  return (socket) => [...(unanswered.get(socket) ?? [])].some(({ complete }) => complete);
}

const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is no HTTP request, as far as somebody still listens, and ends the connection. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const status = statusLines[error.code ?? ''] ?? '400 Bad Request';
  // Close even if the client never reads the reply.
  setTimeout(() => socket.destroy(), refusalGraceMs).unref();
  socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}
