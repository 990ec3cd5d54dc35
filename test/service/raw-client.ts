import { connect, type Socket } from 'node:net';

/** What came back on a connection. */
export interface RawAnswer {
  readonly text: string;
  /** How long it took until the connection was closed, in milliseconds. */
  readonly milliseconds: number;
}

/** Opens a connection to a service, writes bytes, and reads until it is closed, or until `isEnough`. */
export function exchange(url: string, bytes: string | Uint8Array, isEnough: (text: string) => boolean = () => false): Promise<RawAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = dial(url);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (isEnough(text)) socket.destroy();
    });
    socket.on('error', () => undefined); // being cut off is an answer, too
    socket.on('close', () => resolve({ text, milliseconds: performance.now() - startedAt }));
    socket.write(bytes);
  });
}

/** Opens a connection. */
export function dial(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** Waits until a connection is closed, however that comes. */
export function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });
}
