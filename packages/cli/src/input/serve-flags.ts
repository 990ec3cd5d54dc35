import type { Command } from 'commander';
import { defaultServiceLimits } from '@release-capsule/verifier/service';
import { repeatable } from './option-values.ts';
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
