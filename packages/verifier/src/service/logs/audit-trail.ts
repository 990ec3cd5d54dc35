import { Problem } from '../request/problem.ts';
import type { LogEntry } from './log-line.ts';

/** Takes an audit line. A promise that it returns is kept once the line has left the process. */
export type OnAudit = (entry: LogEntry) => unknown;

/** What an audit trail is made of. */
export interface AuditTrailOptions {
  readonly onAudit: OnAudit | undefined;
  /** Hears that lines are no longer taken, and that they are taken again. */
  readonly onBlocked?: (isBlocked: boolean) => void;
}

// A pipe holds a hundred lines more. Each verification that has begun adds one at most, and they are bounded, too.
const maxWaitingLines = 64;
const leastWaitMs = 250; // for a verdict that was found at the end of its time
const retryLater = { headers: { 'retry-after': '5' } };

/**
 * Writes audit lines down before verdicts are answered. Lines that nobody takes are neither dropped nor gathered without
 * end: the answers wait for them, and from a bound on no verification begins, until the lines are taken again.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  #waiting = 0;
  #isBlocked = false;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /** Lines that have not left the process. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tells whether verifications are turned away. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** @throws {Problem} `AUDIT_BLOCKED` where too many lines wait. */
  assertOpen(): void {
    if (this.#isBlocked) throw blocked();
  }

  /**
   * Writes a line, and waits until it has been taken, so many milliseconds at the longest; it stays to be written after that.
   * @throws {Problem} `AUDIT_BLOCKED` where it was not taken in time; what `onAudit` throws where it is lost.
   */
  async write(entry: LogEntry, waitMs: number): Promise<void> {
    const taken = this.#begin(entry);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(blocked()), Math.max(waitMs, leastWaitMs));
    });
    try {
      await Promise.race([taken, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #begin(entry: LogEntry): Promise<void> {
    this.#count(1);
    const taken = this.#hand(entry).finally(() => this.#count(-1));
    taken.catch(() => undefined); // heard where it is waited for
    return taken;
  }

  async #hand(entry: LogEntry): Promise<void> {
    await this.#options.onAudit?.(entry);
  }

  #count(change: number): void {
    this.#waiting += change;
    const isBlocked = this.#isBlocked ? this.#waiting > maxWaitingLines / 2 : this.#waiting >= maxWaitingLines;
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#options.onBlocked?.(isBlocked);
  }
}

function blocked(): Problem {
  return new Problem('AUDIT_BLOCKED', 'no verdict is given: the audit lines of the service are not being read', retryLater);
}
