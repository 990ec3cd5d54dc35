import type { Server as TlsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { VerifyError } from '../../errors.ts';
import { reloadFailedEntry } from '../logs/reload-entry.ts';
import type { ServiceOptions } from '../service-options.ts';
import { type Identify, makeIdentify } from './identify.ts';
import { loadReloading, type Reloading } from './reloading.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';
import { readTokens } from './tokens.ts';

/** Who may ask, and what TLS is spoken by, both as the files say now. */
export interface OpenedAccess {
  readonly identify: Identify;
  /** Absent where HTTP is spoken. */
  readonly tls?: SecureContextOptions;
  /** Lets a server that speaks TLS follow the files. */
  readonly follow: (server: TlsServer) => void;
  /** Stops looking at the files. */
  readonly close: () => void;
}

const defaultReloadMs = 5_000;

/**
 * Reads the files that decide who may ask.
 * @throws {VerifyError} `SERVICE_INVALID` where nothing does, or a file cannot be used.
 */
export async function openAccess(options: ServiceOptions): Promise<OpenedAccess> {
  const { access, tls, reloadEveryMs: everyMs = defaultReloadMs, onLog, now } = options;
  const { tokenFile, clientCaFile, allowAnonymous = false, allowAnonymousVerify = false } = access;
  assertStated(access, tls !== undefined);
  const onProblem = (error: unknown): void => onLog?.(reloadFailedEntry(error, now()));
  const followers = new Set<(context: SecureContextOptions) => void>();
  const files: TlsFiles | undefined = tls && { ...tls, ...(clientCaFile !== undefined && { clientCaFile }) };
  const onReloaded = (context: SecureContextOptions): void => followers.forEach((follow) => follow(context));
  const context = files && (await loadReloading(pathsOf(files), () => readTlsFiles(files), { everyMs, onReloaded, onProblem }));
  const load = { everyMs, onProblem };
  const tokens = tokenFile === undefined ? undefined : await loadReloading([tokenFile], (isFirst) => readTokens(tokenFile, isFirst), load);
  const takesCertificates = clientCaFile !== undefined;
  return {
    identify: makeIdentify({ ...(tokens !== undefined && { tokens }), takesCertificates, allowAnonymous, allowAnonymousVerify }),
    ...(context !== undefined && { tls: { ...context.current, ...(takesCertificates && clientChecks) } }),
    follow: (server) => void followers.add((changed) => server.setSecureContext(changed)),
    close: () => closeAll([context, tokens]),
  };
}

// Not refused during the handshake: the probes of a cluster show no certificate.
const clientChecks = { requestCert: true, rejectUnauthorized: false };

function assertStated({ tokenFile, clientCaFile, allowAnonymous }: ServiceOptions['access'], speaksTls: boolean): void {
  if (clientCaFile !== undefined && !speaksTls) {
    throw new VerifyError('SERVICE_INVALID', 'client certificates are asked for, and TLS is not spoken', {
      hint: 'Give --tls-cert and --tls-key as well.',
    });
  }
  if (tokenFile !== undefined || clientCaFile !== undefined || allowAnonymous === true) return;
  throw new VerifyError('SERVICE_INVALID', 'no authentication is configured', {
    hint: 'Give --token-file or --client-ca; --allow-anonymous answers everybody who can reach the port.',
  });
}

function pathsOf({ certFile, keyFile, clientCaFile }: TlsFiles): readonly string[] {
  return [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
}

function closeAll(opened: readonly (Reloading<unknown> | undefined)[]): void {
  for (const reloading of opened) reloading?.close();
}
