import { readFileSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OciError } from '../errors.ts';
import { breakLock } from './break-lock.ts';
import { createLock, readLock } from './lock-file.ts';
import { livenessOf, parseUniqueName, uniqueName } from './process-identity.ts';

/** How patient a writer is with other writers. */
export interface LayoutLockOptions {
  /** How long to wait for the lock, in milliseconds. */
  readonly waitMs: number;
  /**
   * How long a lock has to stay the same, in milliseconds, before it counts as abandoned where its holder cannot
   * be asked for, being of another machine or container. A holder needs a few milliseconds.
   */
  readonly abandonedMs: number;
}

/** Waits long enough for a queue of builds, and for an abandoned lock. */
export const defaultLayoutLock: LayoutLockOptions = { waitMs: 60_000, abandonedMs: 15_000 };

const lockName = 'index.json.lock';
const maxPauseMs = 20; // between two looks at a held lock

/** A lock that is held. */
export interface HeldLock {
  /** Renames a file, provided that the lock was not taken for abandoned meanwhile. Returns whether it did. */
  renameIfHeld(from: string, to: string): boolean;
}

/**
 * Runs an action while holding a layout's lock, which keeps the writers of all processes and machines apart. The
 * lock of a process that was killed is broken.
 * @throws {OciError} `LAYOUT_LOCKED` when the wait was in vain, `STORAGE_FAILED`, and what the action throws.
 */
export async function withLayoutLock<T>(
  root: string,
  options: LayoutLockOptions & { readonly signal?: AbortSignal | undefined },
  action: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const path = join(root, lockName);
  const content = JSON.stringify({ holder: await uniqueName(), hostname: hostname(), pid: process.pid });
  await acquire(path, content, options);
  try {
    return await action({ renameIfHeld: (from, to) => renameIfHeld({ path, content }, from, to) });
  } finally {
    if (isHeld({ path, content })) await unlink(path).catch(() => undefined);
  }
}

/**
 * Removes the lock of a process of this machine that was killed while it held one.
 * @throws {OciError} `STORAGE_FAILED`.
 */
export async function sweepLock(root: string, { abandonedMs }: LayoutLockOptions): Promise<void> {
  const path = join(root, lockName);
  const held = await readLock(path);
  if (held !== undefined && (await isAbandoned(held, false))) await breakLock(path, held, abandonedMs);
}

async function acquire(
  path: string,
  content: string,
  options: LayoutLockOptions & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const start = performance.now();
  let seen: { readonly content: string; readonly at: number } | undefined;
  while (!(await createLock(path, content))) {
    options.signal?.throwIfAborted();
    const held = await readLock(path);
    const now = performance.now();
    if (held === undefined) continue;
    // Unchanged since first seen: measured on our own clock, so that clocks of other machines do not matter.
    if (held !== seen?.content) seen = { content: held, at: now };
    if (await isAbandoned(held, now - seen.at > options.abandonedMs)) await breakLock(path, held, options.abandonedMs);
    else if (now - start > options.waitMs) throw locked(path, held, options.waitMs);
    else await sleep(1 + Math.random() * maxPauseMs, undefined, { signal: options.signal });
  }
}

async function isAbandoned(held: string, isOld: boolean): Promise<boolean> {
  const holder = holderOf(held);
  const liveness = holder === undefined ? 'unknown' : await livenessOf(holder);
  return liveness === 'unknown' ? isOld : liveness === 'dead';
}

function holderOf(content: string): ReturnType<typeof parseUniqueName> {
  const name = /"holder":"([^"]*)"/.exec(content)?.[1];
  return name === undefined ? undefined : parseUniqueName(name);
}

interface OwnLock {
  readonly path: string;
  readonly content: string;
}

/** Checks and renames in one go: nothing else of this process, and hardly anything of another, comes between. */
function renameIfHeld(lock: OwnLock, from: string, to: string): boolean {
  if (!isHeld(lock)) return false;
  renameSync(from, to);
  return true;
}

function isHeld({ path, content }: OwnLock): boolean {
  try {
    return readFileSync(path, 'utf8') === content;
  } catch {
    return false;
  }
}

function locked(path: string, held: string, waitMs: number): OciError {
  const message = `${path} is held by another process, ${held.slice(0, 200)}; waited ${waitMs} ms`;
  return new OciError('LAYOUT_LOCKED', message, {
    hint: 'Wait for the other process. If no process writes to the layout, remove the lock file.',
  });
}
