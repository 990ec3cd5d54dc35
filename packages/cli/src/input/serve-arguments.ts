import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Policy } from '@release-capsule/verifier';
import { defaultServiceLimits, type ListenAddress, type ServiceLimits, type ServiceOptions } from '@release-capsule/verifier/service';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { registryOptions } from '../stores/registry-options.ts';
import { version } from '../version.ts';
import { parseDuration } from './duration.ts';
import { parseListenAddress } from './listen-address.ts';
import { repeatable } from './option-values.ts';
import { readPolicy } from './read-policy.ts';
import { declareRegistryOptions, type RegistryOptions } from './registry-options.ts';

/** What says how a service runs. */
export interface ServeFlags extends RegistryOptions {
  readonly policy?: readonly string[];
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly tokenFile?: string;
  readonly allowAnonymous?: boolean;
  readonly allowAnonymousVerify?: boolean;
  readonly deadline: string;
  readonly maxConcurrent: string;
  readonly maxQueued: string;
  readonly maxConnections: string;
  readonly cacheEntries: string;
  readonly drain: string;
}

/** Everything that a service needs, but where it puts its files and lines. */
export interface ServeArguments {
  readonly options: Omit<ServiceOptions, 'temporaryDirectory' | 'onLog' | 'onAudit'>;
  readonly listen: ListenAddress;
  /** How long whoever is being answered is waited for at the end, in milliseconds. */
  readonly drainMs: number;
}

const counts = { maxConcurrent: 256, maxQueued: 10_000, maxConnections: 10_000, cacheEntries: 100_000 } as const;

/** Declares the options of `serve`. */
export function declareServeOptions(command: Command): Command {
  const { deadlineMs, maxConcurrent, maxQueued, maxConnections, cacheEntries } = defaultServiceLimits;
  return declareRegistryOptions(command)
    .option('--policy <file>', 'a policy, which names its capsule.repository; may be given several times', repeatable)
    .option('--listen <host:port>', 'where to listen; port 0 lets the system choose', '127.0.0.1:8080')
    .option('--tls-cert <file>', "the server's certificate, PEM; read again when it changes")
    .option('--tls-key <file>', 'its key, PEM')
    .option('--token-file <file>', 'the bearer tokens that are accepted, one a line; read again when it changes')
    .option('--client-ca <file>', 'the authorities whose client certificates are accepted, PEM')
    .option('--allow-anonymous-verify', 'answer POST /verify without a token: promotions that exist send none')
    .option('--allow-anonymous', 'answer everybody who can reach the port')
    .option('--deadline <time>', 'answer within this time; Kargo waits 10s', `${deadlineMs / 1000}s`)
    .option('--max-concurrent <n>', 'verifications at one time', String(maxConcurrent))
    .option('--max-queued <n>', 'requests that wait for one of those places; the rest get 429', String(maxQueued))
    .option('--max-connections <n>', 'connections at one time', String(maxConnections))
    .option('--cache-entries <n>', 'verdicts that are remembered, for five minutes at most', String(cacheEntries))
    .option('--drain <time>', 'at the end, wait this long for what has begun', '20s');
}

/**
 * Reads policies and options.
 * @throws {CliError} `OPTION_INVALID`, `FILE_UNREADABLE`; {VerifyError} `POLICY_INVALID`, `KEY_INVALID`, `TRUST_INVALID`,
 * `TRUST_MISSING`, `TRUST_UNAVAILABLE`, `TRUST_EXPIRED`.
 */
export async function serveArguments(flags: ServeFlags, context: Context): Promise<ServeArguments> {
  const listen = parseListenAddress(flags.listen);
  const drainMs = parseDuration(flags.drain, '--drain', { minMs: 0, maxMs: 600_000 });
  const options = {
    access: accessOf(flags, context),
    ...tlsOf(flags, context),
    limits: limitsOf(flags),
    version,
    registry: registryOptions({ plainHttp: flags.plainHttp ?? false }, context),
    now: context.now,
    newRequestId: randomUUID,
  };
  const { policy: paths = [] } = flags;
  if (paths.length === 0) {
    throw new CliError('OPTION_INVALID', '--policy is missing', { hint: 'Give --policy FILE, once for each capsule that is served.' });
  }
  const readPolicies = (): Promise<readonly Policy[]> => readInTurn(paths, context);
  return { options: { ...options, policies: await readPolicies(), readPolicies }, listen, drainMs };
}

/** One after the other: what several need of the public root is then asked for once. */
async function readInTurn(paths: readonly string[], context: Context): Promise<readonly Policy[]> {
  const policies: Policy[] = [];
  for (const policy of paths) policies.push(await readPolicy({ policy }, context));
  return policies;
}

function accessOf(flags: ServeFlags, { cwd }: Context): ServiceOptions['access'] {
  const { tokenFile, clientCa, allowAnonymous, allowAnonymousVerify } = flags;
  return {
    ...(tokenFile !== undefined && { tokenFile: resolve(cwd, tokenFile) }),
    ...(clientCa !== undefined && { clientCaFile: resolve(cwd, clientCa) }),
    ...(allowAnonymous === true && { allowAnonymous }),
    ...(allowAnonymousVerify === true && { allowAnonymousVerify }),
  };
}

function tlsOf({ tlsCert, tlsKey }: ServeFlags, { cwd }: Context): Pick<ServiceOptions, 'tls'> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { tls: { certFile: resolve(cwd, tlsCert), keyFile: resolve(cwd, tlsKey) } };
  }
  if (tlsCert === undefined && tlsKey === undefined) return {};
  throw new CliError('OPTION_INVALID', 'a certificate and its key belong together', { hint: 'Give both --tls-cert and --tls-key.' });
}

function limitsOf(flags: ServeFlags): ServiceLimits {
  return {
    deadlineMs: parseDuration(flags.deadline, '--deadline', { minMs: 1000, maxMs: 300_000 }),
    maxConcurrent: parseCount(flags, 'maxConcurrent', 1),
    maxQueued: parseCount(flags, 'maxQueued', 0),
    maxConnections: parseCount(flags, 'maxConnections', 1),
    cacheEntries: parseCount(flags, 'cacheEntries', 0),
  };
}

function parseCount(flags: ServeFlags, key: keyof typeof counts, min: number): number {
  const text = flags[key];
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : NaN;
  if (count >= min && count <= counts[key]) return count;
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CliError('OPTION_INVALID', `${flag} is ${JSON.stringify(text)}`, {
    hint: `Give a whole number from ${min} to ${counts[key]}.`,
  });
}
