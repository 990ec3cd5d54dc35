import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { mark } from './outside.ts';

/** The servers that stand for all the world outside. */
export interface Listener {
  readonly connections: () => number;
}

const ports = [22, 80, 443, 5000, 8080, 9377, 9418];
const resource = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\ndata: {a: ${mark}}\n`;

/** Listens at the ports of HTTP, HTTPS, SSH and Git, on every address of the namespace; answers any request with the mark. */
export async function listen(): Promise<Listener> {
  let connections = 0;
  const answer = (socket: Socket): void => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.setTimeout(2000, () => socket.destroy());
    socket.once('data', (bytes) => socket.end(bytes.includes('HTTP/1.1\r\n') ? httpAnswer() : ''));
  };
  for (const port of ports) {
    const server = createServer(answer).listen(port, '::');
    await once(server, 'listening');
  }
  return { connections: () => connections };
}

function httpAnswer(): string {
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(resource)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${resource}`;
}
