import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errnoOf } from './storage-error.ts';

/**
 * Names one process on one machine: process ids are used again, so that the time of its start belongs to it, and
 * containers number their processes on their own, so that `host` covers boot and process namespace.
 */
export interface ProcessIdentity {
  /** 16 hexadecimal digits. */
  readonly host: string;
  readonly pid: number;
  /** In the system's own unit; `0` where it does not tell. */
  readonly startedAt: string;
}

/** What can be said about a process: a process of another machine or container is `unknown`. */
export type Liveness = 'alive' | 'dead' | 'unknown';

const namePattern = /^([0-9a-f]{16})-([1-9][0-9]{0,9})-([0-9]{1,20})-[0-9a-f]{16}$/;

/** Makes a unique name that says which process made it. */
export async function uniqueName(): Promise<string> {
  const { host, pid, startedAt } = await thisProcess();
  return `${host}-${pid}-${startedAt}-${randomBytes(8).toString('hex')}`;
}

/** Reads who made a {@link uniqueName}. */
export function parseUniqueName(name: string): ProcessIdentity | undefined {
  const [, host, pid, startedAt] = namePattern.exec(name) ?? [];
  if (host === undefined || pid === undefined || startedAt === undefined) return undefined;
  return { host, pid: Number(pid), startedAt };
}

/** Tells whether a process still runs. */
export async function livenessOf(identity: ProcessIdentity): Promise<Liveness> {
  if (identity.host !== (await thisProcess()).host) return 'unknown';
  if (!processExists(identity.pid)) return 'dead';
  const startedAt = await startTime(identity.pid);
  // Without start times a process of that id may be the one or a later one.
  if (startedAt === '0' || identity.startedAt === '0') return 'unknown';
  return startedAt === identity.startedAt ? 'alive' : 'dead';
}

let own: Promise<ProcessIdentity> | undefined;

function thisProcess(): Promise<ProcessIdentity> {
  own ??= identifyThisProcess();
  return own;
}

async function identifyThisProcess(): Promise<ProcessIdentity> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const host = createHash('sha256').update(`${hostname()}\n${boot}\n${namespace}`).digest('hex').slice(0, 16);
  return { host, pid: process.pid, startedAt: await startTime(process.pid) };
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'; // EPERM: it exists and is another user's
  }
}

/** Reads the process's start in clock ticks since boot. Source: proc(5), /proc/pid/stat, field 22. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 2 is the program's name in parentheses, which may itself hold spaces and parentheses.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return /^[0-9]{1,20}$/.test(ticks) ? ticks : '0';
}
