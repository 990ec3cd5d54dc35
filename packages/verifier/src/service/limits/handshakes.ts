import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Bounds the connections of a TLS server whose handshake has not ended, of which HTTP's own limits know nothing. Where one
 * too many comes, the oldest is closed: whoever means it has shaken hands long before.
 */
export class Handshakes {
  /** Connections by who is at their other end, the oldest first: what is a TLS socket later is another object. */
  readonly #open = new Map<string, Socket>();
  readonly #maxOpen: number;

  constructor(server: Server, maxOpen: number) {
    this.#maxOpen = maxOpen;
    server.on('connection', (socket: Socket) => this.#begin(socket));
    server.on('secureConnection', (socket) => void this.#open.delete(peerOf(socket)));
    // Without this, what is said to those who speak no HTTP would wait for the end of the handshake, and for ever.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  get open(): number {
    return this.#open.size;
  }

  /** Closes all of them. */
  close(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }

  #begin(socket: Socket): void {
    const peer = peerOf(socket);
    this.#open.set(peer, socket);
    socket.once('close', () => {
      if (this.#open.get(peer) === socket) this.#open.delete(peer);
    });
    const [oldest] = this.#open.values();
    if (this.#open.size > this.#maxOpen) oldest?.destroy();
  }
}

function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
