import type { ShapeOf } from '@release-capsule/core';
import type { Policy } from '../policy/policy.ts';
import type { RepositoryOptions } from './judge/repositories.ts';
import type { OnAudit } from './logs/audit-trail.ts';
import type { LogEntry } from './logs/log-line.ts';

/** How much a service does at one time, and how long. Times in milliseconds. */
export interface ServiceLimits {
  /** For each request, from its arrival on: Kargo's http step waits ten seconds. */
  readonly deadlineMs: number;
  /** Verifications that run at one time. */
  readonly maxConcurrent: number;
  /** Requests that wait for one of those places; what comes beyond is answered with 429. */
  readonly maxQueued: number;
  /** Verdicts that are remembered; 0 remembers none. */
  readonly cacheEntries: number;
  readonly maxConnections: number;
}

/** The limits that hold where nothing else is said. */
export const defaultServiceLimits: ServiceLimits = {
  deadlineMs: 8_000,
  maxConcurrent: 8,
  maxQueued: 64,
  cacheEntries: 1024,
  maxConnections: 1024,
};

/** Who may ask. One of the first three must be stated: nobody opens a service by forgetting to close it. */
export interface ServiceAccess {
  /** A file of bearer tokens, one a line; read again when it changes. Without the file, no token counts. */
  readonly tokenFile?: string;
  /** A file of the authorities whose client certificates are accepted; needs TLS. Read again when it changes. */
  readonly clientCaFile?: string;
  /** Answers everybody. */
  readonly allowAnonymous?: boolean;
  /** Answers `POST /verify` for everybody: its callers send no token. */
  readonly allowAnonymousVerify?: boolean;
}

/** What a verify service is made of. */
export interface ServiceOptions {
  /** Each names its `capsule.repository`, no two the same one. */
  readonly policies: readonly Policy[];
  /** Reads them again: every ten minutes, or as often as `policiesEveryMs` says. What it throws changes nothing. */
  readonly readPolicies?: () => Promise<readonly Policy[]>;
  /** In milliseconds. */
  readonly policiesEveryMs?: number;
  readonly access: ServiceAccess;
  /** Certificate and key in PEM, read again when they change; without it HTTP is spoken. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** The version of the verifier: a verdict is remembered for it alone. */
  readonly version: string;
  /** How registries are spoken to. */
  readonly registry?: RepositoryOptions;
  readonly limits?: Partial<ServiceLimits>;
  /** A directory of the service's own. */
  readonly temporaryDirectory: string;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  /** How often the files of tokens and certificates are looked at, in milliseconds. */
  readonly reloadEveryMs?: number;
  /** Takes a line of the log: what happened, for operators. */
  readonly onLog?: (entry: LogEntry) => void;
  /**
   * Takes one line for each verdict, before it is answered. The answer waits for the promise; while more than 64 are not kept,
   * no verification begins.
   */
  readonly onAudit?: OnAudit;
}

type Defaulted = 'now' | 'temporaryDirectory' | 'newRequestId';

/** What {@link startService} takes: clock, directory for temporary files and names of requests are the system's by default. */
export type StartServiceOptions = Omit<ServiceOptions, Defaulted> & { readonly [name in Defaulted]?: ServiceOptions[name] | undefined };

/** What of it is checked by its type alone. */
export const serviceOptionsShape: ShapeOf<StartServiceOptions> = {
  policies: 'objects',
  'readPolicies?': 'function',
  'policiesEveryMs?': 'amount',
  access: { 'tokenFile?': 'text', 'clientCaFile?': 'text', 'allowAnonymous?': 'boolean', 'allowAnonymousVerify?': 'boolean' },
  'tls?': { certFile: 'text', keyFile: 'text' },
  version: 'text',
  'registry?': 'object',
  'limits?': {
    'deadlineMs?': 'amount',
    'maxConcurrent?': 'count',
    'maxQueued?': 'count',
    'cacheEntries?': 'count',
    'maxConnections?': 'count',
  },
  'temporaryDirectory?': 'text',
  'now?': 'function',
  'newRequestId?': 'function',
  'reloadEveryMs?': 'amount',
  'onLog?': 'function',
  'onAudit?': 'function',
};
