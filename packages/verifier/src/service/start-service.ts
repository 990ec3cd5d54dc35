import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { VerifyError } from '../errors.ts';
import { openAccess, type OpenedAccess } from './auth/open-access.ts';
import { followPolicies } from './follow-policies.ts';
import { createServiceServer } from './http/create-server.ts';
import { makeDispatch } from './http/dispatch.ts';
import { routeFinder } from './http/find-route.ts';
import { ConnectionLimit } from './limits/connection-limit.ts';
import { Handshakes } from './limits/handshakes.ts';
import { Requests } from './limits/requests.ts';
import { requestEntry } from './logs/request-entry.ts';
import { makeRoutes } from './make-routes.ts';
import { ServiceMetrics } from './metrics/service-metrics.ts';
import { defaultServiceLimits, type ServiceOptions } from './service-options.ts';

/** A service that listens. */
export interface RunningService {
  /** `http://HOST:PORT`, or `https`, with the port that the system chose where none was asked for. */
  readonly url: string;
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
 * @throws {VerifyError} `SERVICE_INVALID`, `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export async function startService(options: ServiceOptions, listen: ListenAddress): Promise<RunningService> {
  const access = await openAccess(options);
  const closers = [access.close];
  const closeAll = (): void => closers.forEach((close) => close());
  try {
    const { server, requests, handshakes, close } = makeServer(options, access);
    closers.push(close);
    const url = await listenOn(server, listen, access.tls === undefined ? 'http' : 'https');
    return {
      url,
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

interface MadeServer {
  readonly server: Server;
  readonly requests: Requests;
  /** Stops following the policies, and ends the connections to their registries. */
  readonly close: () => void;
  /** Absent where HTTP is spoken. */
  readonly handshakes: Handshakes | undefined;
}

function makeServer(options: ServiceOptions, { identify, tls, follow }: OpenedAccess): MadeServer {
  const limits = { ...defaultServiceLimits, ...options.limits };
  const { now, onLog, newRequestId } = options;
  const requests = new Requests();
  const metrics = new ServiceMetrics();
  const { policies, close } = followPolicies(options, metrics);
  const isStopping = (): boolean => requests.isStopping;
  const server = createServiceServer(tls);
  if (server instanceof TlsServer) follow(server);
  const handshakes = server instanceof TlsServer ? new Handshakes(server, limits.maxConnections) : undefined;
  const event = tls === undefined ? 'connection' : 'secureConnection';
  const connections = new ConnectionLimit(server, { maxConnections: limits.maxConnections, event });
  const loads = { requests: () => requests.running, connections: () => connections.open };
  const dispatch = makeDispatch({
    findRoute: routeFinder(makeRoutes(options, { limits, metrics, policies, isStopping, loads })),
    identify,
    isStopping,
    deadlineMs: limits.deadlineMs,
    newRequestId,
    onRequest: (time) => requests.add(time),
    onAnswered: (exchange, time) => {
      requests.remove(time);
      metrics.countRequest(exchange);
      const entry = requestEntry(exchange, now());
      if (entry !== undefined) onLog?.(entry);
    },
  });
  server.on('request', (message, response) => {
    if (!connections.begin(message, response)) return;
    // Whatever is left to go wrong here, such as a log that cannot be written, ends this connection and nothing else.
    dispatch(message, response).catch(() => response.destroy());
  });
  return { server, requests, handshakes, close };
}

async function listenOn(server: Server, { host, port }: ListenAddress, scheme: string): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyError('SERVICE_INVALID', `nothing can be served at ${host}:${port}: ${why}`, {
      hint: 'Name another address: --listen HOST:PORT.',
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
