import type { Server as TlsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { VerifyError } from '../../errors.ts';
import { certificateEntry, type Reloaded, reloadFailedEntry, tokensEntry } from '../logs/reload-entry.ts';
import type { ServiceOptions } from '../service-options.ts';
import { type Identify, makeIdentify } from './identify.ts';
import { loadReloading, type Reloading, type ReloadOptions } from './reloading.ts';
import { readTlsFiles, type TlsFiles, type TlsSetup } from './tls-files.ts';
import { type AcceptedTokens, readTokens } from './tokens.ts';

/** Who may ask, and what TLS is spoken by, both as the files say now. */
export interface OpenedAccess {
  readonly identify: Identify;
  /** Absent where HTTP is spoken. */
  readonly tls?: SecureContextOptions;
  /** Lets a server that speaks TLS follow the files. */
  readonly follow: (server: TlsServer) => void;
  /** Reads the files again now. Returns those that cannot be used. */
  readonly reload: () => Promise<readonly Reloaded[]>;
  /** Stops looking at the files. */
  readonly close: () => void;
}

const defaultReloadMs = 5_000;

/**
 * Reads the files that decide who may ask.
 * @throws {VerifyError} `SERVICE_INVALID` where nothing does, or a file cannot be used.
 */
export async function openAccess(options: ServiceOptions): Promise<OpenedAccess> {
  const { access } = options;
  const { clientCaFile, allowAnonymous = false, allowAnonymousVerify = false } = access;
  assertStated(access, options.tls !== undefined);
  const followers = new Set<(context: SecureContextOptions) => void>();
  const tls = await openTls(options, ({ context }) => followers.forEach((follow) => follow(context)));
  const tokens = await openTokens(options).catch((error: unknown) => {
    tls?.close();
    throw error;
  });
  const takesCertificates = (): boolean => clientCaFile !== undefined && tls?.current.isClientCaGone === false;
  return {
    identify: makeIdentify({ ...(tokens !== undefined && { tokens }), takesCertificates, allowAnonymous, allowAnonymousVerify }),
    ...(tls !== undefined && { tls: { ...tls.current.context, ...(clientCaFile !== undefined && clientChecks) } }),
    follow: (server) => void followers.add((changed) => server.setSecureContext(changed)),
    reload: () => reloadAll({ certificates: tls, tokens }),
    close: () => [tls, tokens].forEach((opened) => opened?.close()),
  };
}

async function openTls(options: ServiceOptions, onChanged: (setup: TlsSetup) => void): Promise<Reloading<TlsSetup> | undefined> {
  const { tls, access: { clientCaFile }, onLog, now } = options;
  if (tls === undefined) return undefined;
  const files: TlsFiles = { ...tls, ...(clientCaFile !== undefined && { clientCaFile }) };
  const onReloaded = (setup: TlsSetup): void => {
    onChanged(setup);
    onLog?.(certificateEntry(setup, now()));
  };
  const load = (isFirst: boolean): Promise<TlsSetup> => readTlsFiles(files, isFirst);
  const opened = await loadReloading(pathsOf(files), load, { ...reloading('certificates', options), onReloaded });
  onLog?.(certificateEntry(opened.current, now()));
  return opened;
}

async function openTokens(options: ServiceOptions): Promise<Reloading<AcceptedTokens> | undefined> {
  const { access: { tokenFile }, onLog, now } = options;
  if (tokenFile === undefined) return undefined;
  const onReloaded = (tokens: AcceptedTokens): void => onLog?.(tokensEntry(tokens, now()));
  return loadReloading([tokenFile], (isFirst) => readTokens(tokenFile, isFirst), { ...reloading('tokens', options), onReloaded });
}

function reloading(what: Reloaded, { reloadEveryMs: everyMs = defaultReloadMs, onLog, now }: ServiceOptions): Reading {
  return { everyMs, onProblem: (error) => onLog?.(reloadFailedEntry(what, error, now())) };
}

type Reading = Pick<ReloadOptions<unknown>, 'everyMs' | 'onProblem'>;

async function reloadAll(opened: Readonly<Partial<Record<Reloaded, Reloading<unknown> | undefined>>>): Promise<readonly Reloaded[]> {
  const tried = Object.entries(opened).map(async ([what, one]) => ((await one?.reload()) === false ? [what as Reloaded] : []));
  return (await Promise.all(tried)).flat();
}

// Not refused during the handshake: the probes of a cluster show no certificate.
const clientChecks = { requestCert: true, rejectUnauthorized: false };

function assertStated({ tokenFile, clientCaFile, allowAnonymous }: ServiceOptions['access'], speaksTls: boolean): void {
  if (clientCaFile !== undefined && !speaksTls) {
    throw new VerifyError('SERVICE_INVALID', 'client certificates need TLS, and the service has no certificate of its own', {
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
