import type { Server } from 'node:http';

/** A user of a registry. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** A server of this process. */
export interface LoopbackServer extends AsyncDisposable {
  /** `127.0.0.1:port`, on a port that the system chose. */
  readonly host: string;
}

/** Lets a server listen on a loopback port of the system's choice. */
export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
