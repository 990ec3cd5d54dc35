import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const maxPipelined = 8; // requests of one connection that are being answered; clients that wait have one

/** What a limit watches. */
export interface ConnectionLimitOptions {
  readonly maxConnections: number;
  readonly event: 'connection' | 'secureConnection';
}

/**
 * Bounds the connections of a server. Where one too many comes, the one that has kept us waiting longest is closed, never
 * one whose request is being answered: a client that opens many and says nothing closes its own.
 */
export class ConnectionLimit {
  /** Every connection with its requests that are not answered yet, the longest silent first. */
  readonly #connections = new Map<Socket, Set<IncomingMessage>>();
  readonly #maxConnections: number;

  constructor(server: Server, { maxConnections, event }: ConnectionLimitOptions) {
    this.#maxConnections = maxConnections;
    server.on(event, (socket: Socket) => this.#open(socket));
  }

  get open(): number {
    return this.#connections.size;
  }

  /** Notes a request until it is answered; false where its connection has sent too many without waiting for an answer. */
  begin(message: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = message;
    const messages = this.#connections.get(socket) ?? new Set();
    if (messages.size >= maxPipelined) {
      socket.destroy();
      return false;
    }
    messages.add(message);
    response.once('close', () => {
      messages.delete(message);
      // The client that was answered last has kept us waiting least.
      if (this.#connections.delete(socket)) this.#connections.set(socket, messages);
    });
    return true;
  }

  #open(socket: Socket): void {
    this.#connections.set(socket, new Set());
    socket.once('close', () => this.#connections.delete(socket));
    if (this.#connections.size <= this.#maxConnections) return;
    const silent = [...this.#connections].find(([, messages]) => [...messages].every(({ complete }) => !complete));
    (silent?.[0] ?? socket).destroy();
  }
}
