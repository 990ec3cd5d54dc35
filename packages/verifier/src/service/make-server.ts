import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { OpenedAccess } from './auth/open-access.ts';
import { followPolicies } from './follow-policies.ts';
import { createServiceServer } from './http/create-server.ts';
import { makeDispatch } from './http/dispatch.ts';
import { routeFinder } from './http/find-route.ts';
import { ConnectionLimit } from './limits/connection-limit.ts';
import { Handshakes } from './limits/handshakes.ts';
import { Requests } from './limits/requests.ts';
import { requestEntry } from './logs/request-entry.ts';
import { tellFailedPeers } from './logs/tell-failed-peers.ts';
import { ThrottledLog } from './logs/throttled-log.ts';
import { makeRoutes } from './make-routes.ts';
import { ServiceMetrics } from './metrics/service-metrics.ts';
import { defaultServiceLimits, type ServiceOptions } from './service-options.ts';

/** A server that does not listen yet, and what stopping it takes. */
export interface MadeServer {
  readonly server: Server;
  readonly requests: Requests;
  /** Reads the policies again now. Returns whether they could be put in force. */
  readonly reload: () => Promise<boolean>;
  /** Stops following the policies, and ends the connections to their registries. */
  readonly close: () => void;
  /** Absent where HTTP is spoken. */
  readonly handshakes: Handshakes | undefined;
}

/**
 * Makes the server of a service: its limits, its routes, its policies and what it writes down.
 * @throws {VerifyError} `CAPSULE_UNNAMED`, `POLICY_INVALID`, `POLICY_UNSUPPORTED`.
 */
export function makeServer(options: ServiceOptions, { identify, tls, follow }: OpenedAccess): MadeServer {
  const limits = { ...defaultServiceLimits, ...options.limits };
  const { now, onLog, newRequestId } = options;
  const requests = new Requests();
  const metrics = new ServiceMetrics(options.version);
  const { policies, reload, close } = followPolicies(options, metrics);
  const isStopping = (): boolean => requests.isStopping;
  const server = createServiceServer(tls);
  if (server instanceof TlsServer) follow(server);
  tellFailedPeers(server, new ThrottledLog(onLog, now));
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
  return { server, requests, handshakes, reload, close };
}
