import { stat } from 'node:fs/promises';
import { repeat } from '../repeat.ts';

/** A value that is read from files, and read again where they change. */
export interface Reloading<Value> {
  readonly current: Value;
  /** Reads the files again, whether they have changed or not. Returns whether they can be used. */
  reload(): Promise<boolean>;
  /** Stops looking at the files. */
  close(): void;
}

/** How files are watched. */
export interface ReloadOptions<Value> {
  /** How often they are looked at, in milliseconds. */
  readonly everyMs: number;
  readonly onReloaded?: (value: Value) => void;
  /** Hears why changed files cannot be used, as long as they cannot: what was read before stays in force. */
  readonly onProblem: (error: unknown) => void;
}

/** Loads a value; the first time may ask for more than later ones. */
export type Load<Value> = (isFirst: boolean) => Promise<Value>;

/**
 * Loads a value from files, and again whenever one of them changes. They are looked at from time to time: a mounted
 * Secret is replaced by moving a link, of which a watcher of the file hears nothing.
 * @throws What `load` throws the first time.
 */
export async function loadReloading<Value>(
  paths: readonly string[],
  load: Load<Value>,
  { everyMs, onReloaded, onProblem }: ReloadOptions<Value>,
): Promise<Reloading<Value>> {
  let seen: string | undefined = await fingerprint(paths);
  let current = await load(true);
  const look = async (): Promise<void> => {
    const now = await fingerprint(paths);
    if (now === seen) return;
    current = await load(false);
    seen = now; // taken before the files were read: what has changed meanwhile is seen the next time
    onReloaded?.(current);
  };
  const looking = repeat(look, { everyMs, onProblem });
  return {
    get current() {
      return current;
    },
    reload() {
      seen = undefined;
      return looking.now();
    },
    close: () => looking.stop(),
  };
}

async function fingerprint(paths: readonly string[]): Promise<string> {
  const states = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return states.map((state) => (state === undefined ? '-' : `${state.ino} ${state.size} ${state.mtimeNs} ${state.ctimeNs}`)).join('|');
}
