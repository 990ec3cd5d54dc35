import type { VerdictReport } from '../../findings/report.ts';
import type { PolicyTimes } from './policy-times.ts';

/** How much is remembered, and how long; times in milliseconds. */
export interface VerdictCacheOptions {
  readonly maxEntries: number;
  readonly acceptedMs: number;
  /** A signature that comes a moment later must be seen soon. */
  readonly refusedMs: number;
  readonly now: () => Date;
}

/** The rule: an acceptance lives five minutes at most, a refusal ten seconds. Source: docs/service.md, "What is remembered". */
export const cacheTimes: Pick<VerdictCacheOptions, 'acceptedMs' | 'refusedMs'> = { acceptedMs: 300_000, refusedMs: 10_000 };

const maxEntryBytes = 64 * 1024; // as JSON; a verdict has some 4 KiB

/** A verdict as JSON: a fifth of what it holds as objects, and nothing of what was read to make it. */
interface Entry {
  readonly json: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Remembers verdicts, the least recently used ones forgotten first. What could not be told is never remembered. */
export class VerdictCache {
  readonly #options: VerdictCacheOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: VerdictCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): VerdictReport | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const nowMs = this.#options.now().getTime();
    // A clock that went back since is wrong now, or was then.
    if (nowMs < entry.fromMs || nowMs >= entry.untilMs) return undefined;
    this.#entries.set(key, entry);
    return JSON.parse(entry.json) as VerdictReport; // our own text, written below
  }

  /** Remembers a verdict that began at `fromMs`, until a date of its policy at the latest. */
  set(key: string, report: VerdictReport, { fromMs, times }: { readonly fromMs: number; readonly times: PolicyTimes }): void {
    const { maxEntries, acceptedMs, refusedMs } = this.#options;
    if (maxEntries === 0 || !isRemembered(report)) return;
    const json = JSON.stringify(report);
    if (json.length > maxEntryBytes) return;
    const lifeMs = report.outcome === 'accepted' ? acceptedMs : refusedMs;
    this.#entries.delete(key);
    this.#entries.set(key, { json, fromMs, untilMs: Math.min(fromMs + lifeMs, times.nextAfter(fromMs)) });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }
}

/** An earlier summary has an age of its own, which ends whenever it ends. */
function isRemembered({ outcome, findings }: VerdictReport): boolean {
  return outcome !== 'unknown' && !findings.some(({ claim, state }) => claim === 'SUMMARY' && state === 'proven');
}
