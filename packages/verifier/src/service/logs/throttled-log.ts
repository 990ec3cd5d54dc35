import type { LogEntry } from './log-line.ts';

const everyMs = 60_000;
const maxKinds = 100; // others choose some of what is said: all together must stay little

interface Said {
  readonly atMs: number;
  unsaid: number;
}

/** Says what others can make happen as often as they like: each kind of it at once, then once a minute, with how often. */
export class ThrottledLog {
  readonly #onLog: ((entry: LogEntry) => void) | undefined;
  readonly #now: () => Date;
  readonly #said = new Map<string, Said>();

  constructor(onLog: ((entry: LogEntry) => void) | undefined, now: () => Date) {
    this.#onLog = onLog;
    this.#now = now;
  }

  say(kind: string, entry: LogEntry): void {
    const time = this.#now();
    const before = this.#said.get(kind);
    if (before !== undefined && Math.abs(time.getTime() - before.atMs) < everyMs) {
      before.unsaid += 1;
      return;
    }
    if (before === undefined && this.#said.size >= maxKinds && !this.#forgetOld(time.getTime())) return;
    this.#said.set(kind, { atMs: time.getTime(), unsaid: 0 });
    const unsaid = before === undefined || before.unsaid === 0 ? undefined : before.unsaid;
    this.#onLog?.({ level: 'warn', time: time.toISOString(), ...entry, unsaid });
  }

  /** Makes room; false where all that was said is less than a minute old. */
  #forgetOld(nowMs: number): boolean {
    for (const [kind, { atMs }] of this.#said) if (Math.abs(nowMs - atMs) >= everyMs) this.#said.delete(kind);
    return this.#said.size < maxKinds;
  }
}
