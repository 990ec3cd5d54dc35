import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Policy } from '@release-capsule/verifier';
import type { ListenAddress, ServiceLimits, ServiceOptions } from '@release-capsule/verifier/service';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { registryOptions } from '../stores/registry-options.ts';
import { version } from '../version.ts';
import { parseDuration } from './duration.ts';
import { parseListenAddress } from './listen-address.ts';
import { readPolicyFile } from './read-policy.ts';
import type { ServeFlags } from './serve-flags.ts';

/** Everything that a service needs, but where it puts its files and lines. */
export interface ServeArguments {
  readonly options: Omit<ServiceOptions, 'temporaryDirectory' | 'onLog' | 'onAudit'>;
  readonly listen: ListenAddress;
  /** How long open requests may still take when the service stops, in milliseconds. */
  readonly drainMs: number;
}

const counts = { maxConcurrent: 256, maxQueued: 10_000, maxConnections: 10_000, cacheEntries: 100_000 } as const;

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
  const readAgain = async (): Promise<readonly Policy[]> => {
    await Promise.all(paths.map((path) => assertReadableAgain(path, context)));
    return readInTurn(paths, context);
  };
  return { options: { ...options, policies: await readInTurn(paths, context), readPolicies: readAgain }, listen, drainMs };
}

/** A pipe has its content once. Opening one that nothing writes to waits for ever, and the process could not even end. */
async function assertReadableAgain(path: string, { cwd }: Context): Promise<void> {
  const found = await stat(resolve(cwd, path)).catch(() => undefined);
  if (found === undefined || found.isFile()) return; // what is not there is told of by who reads it
  throw new CliError('FILE_UNREADABLE', `the policy ${path} is not a regular file, and cannot be read again`, {
    hint: 'Write the policy to a file, and start the service with that.',
  });
}

const maxRootAgeMs = 300_000; // half of the time between two readings: each of them asks for the public root

/** One after the other: what several need of the public root is then asked for once. */
async function readInTurn(paths: readonly string[], context: Context): Promise<readonly Policy[]> {
  const policies: Policy[] = [];
  for (const path of paths) policies.push(await readPolicyFile(path, context, { maxAgeMs: maxRootAgeMs }));
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
  const [given, missing] = tlsCert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
  throw new CliError('OPTION_INVALID', `${given} is given without ${missing}`, { hint: 'Give both, or neither to speak plain HTTP.' });
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
