import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a TUF repository said when it was asked last, checked. */
export interface TufState {
  readonly mirror: string;
  readonly fetchedAt: Date;
  /** When the first of the roles' metadata expires: from then on nothing of it counts. */
  readonly expires: Date;
  /** The roles' metadata by file name: the next answer must not be older than this one. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The files that were asked for, by name. */
  readonly targets: Readonly<Record<string, string>>;
}

const form = 'release-capsule/tuf/v1';
const maxStateBytes = 8 * 1024 * 1024; // the public instance's has 50 KiB

/** Reads the last answer; one that is absent, or that something has damaged, is none: the repository is asked again. */
export async function readTufState(path: string): Promise<TufState | undefined> {
  try {
    // A directory in which others may write could hold a pipe, at which an open would wait for ever.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    return stat.isFile() && stat.size <= maxStateBytes ? parseState(await file.readFile('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps an answer: one file, written whole, so that neither a kill nor another process that does the same leaves half
 * of one. A directory that cannot be written (a container without one) means only that the next run asks again.
 */
export async function writeTufState(path: string, state: TufState): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(JSON.stringify({ form, ...state }));
    await file.sync();
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function parseState(text: string): TufState | undefined {
  const value = JSON.parse(text) as Partial<Record<keyof TufState | 'form', unknown>> | null;
  if (value?.form !== form) return undefined;
  const { mirror, fetchedAt, expires, metadata, targets } = value;
  if (typeof mirror !== 'string' || !isTexts(metadata) || !isTexts(targets)) return undefined;
  const times = [new Date(String(fetchedAt)), new Date(String(expires))] as const;
  if (times.some((time) => Number.isNaN(time.getTime()))) return undefined;
  return { mirror, fetchedAt: times[0], expires: times[1], metadata, targets };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // A name becomes that of a file.
  return Object.entries(value).every(([name, text]) => /^[\w%-][\w.%-]*\.json$/.test(name) && typeof text === 'string');
}
