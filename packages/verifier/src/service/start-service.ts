import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { assertArguments } from '../assert-arguments.ts';
import { VerifyError } from '../errors.ts';
import { openAccess } from './auth/open-access.ts';
import { reloadedEntry } from './logs/reload-entry.ts';
import type { Handshakes } from './limits/handshakes.ts';
import { makeServer } from './make-server.ts';
import { type ServiceOptions, serviceOptionsShape, type StartServiceOptions } from './service-options.ts';

/** A service that listens. */
export interface RunningService {
  /** `http://HOST:PORT`, or `https`, with the port that the system chose where none was asked for. */
  readonly url: string;
  /**
   * Reads policies, tokens and certificates again, now, and ends nothing: what has begun ends under what held when it
   * began. Each of the three comes into force as a whole, or stays as it was; the log says which. Throws nothing.
   */
  reload(): Promise<void>;
  /**
   * Stops it: not ready from now on, no new verification, and whoever is being answered gets `drainMs` milliseconds.
   * Returns whether everybody was answered.
   */
  stop(drainMs: number): Promise<boolean>;
}

/** Where a service listens; port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a verify service: it answers whether what is promoted is what a policy accepts, and fetches from the
 * repositories of its policies alone.
 * @throws {VerifyError} `OPTION_INVALID`, `SERVICE_INVALID`, `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export async function startService(given: StartServiceOptions, listen: ListenAddress): Promise<RunningService> {
  assertArguments({ options: serviceOptionsShape, listen: { host: 'text', port: 'count' } }, { options: given, listen });
  const { now = () => new Date(), temporaryDirectory = tmpdir(), newRequestId = randomUUID } = given;
  const options: ServiceOptions = { ...given, now, temporaryDirectory, newRequestId: () => newRequestId() };
  const access = await openAccess(options);
  const closers = [access.close];
  const closeAll = (): void => closers.forEach((close) => close());
  try {
    const { server, requests, handshakes, reload, close } = makeServer(options, access);
    closers.push(close);
    const url = await listenOn(server, listen, access.tls === undefined ? 'http' : 'https');
    return {
      url,
      async reload() {
        const [areGood, kept] = await Promise.all([reload(), access.reload()]);
        options.onLog?.(reloadedEntry([...(areGood ? [] : (['policies'] as const)), ...kept], options.now()));
      },
      async stop(drainMs) {
        const isDrained = await requests.stop(drainMs);
        closeAll();
        await closeServer(server, handshakes);
        return isDrained;
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

async function listenOn(server: Server, { host, port }: ListenAddress, scheme: string): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (cause) {
    throw new VerifyError('SERVICE_INVALID', `the service cannot listen on ${host}:${port}: ${whyNotListening(cause)}`, {
      hint: 'Stop what else uses it, or name another address: --listen HOST:PORT.',
      cause,
    });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server that listens has an address');
  return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

async function closeServer(server: Server, handshakes: Handshakes | undefined): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  handshakes?.close();
  await closed;
}

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process already uses this port',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'the user of the service may not use this port',
  ENOTFOUND: 'DNS has no address for the host',
};

function whyNotListening(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const words = Object.hasOwn(listenReasons, code) ? listenReasons[code] : undefined;
  return words === undefined ? cause.message : `${words} (${code})`;
}
