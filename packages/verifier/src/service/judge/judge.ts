import { setTimeout as sleep } from 'node:timers/promises';
import type { VerdictReport } from '../../findings/report.ts';
import type { CapsuleStore } from '../../verify/capsule-store.ts';
import { verifyCapsule } from '../../verify/verify-capsule.ts';
import type { VerifyOptions } from '../../verify/verify-options.ts';
import { readRequest } from '../../verify/verify-request.ts';
import type { RequestTime } from '../exchange/request-time.ts';
import type { FairAdmission } from '../limits/fair-admission.ts';
import { cacheKey } from './cache-key.ts';
import { Flights } from './flights.ts';
import type { Judgement } from './judgement.ts';
import { lookupFailures, mayPass } from './may-pass.ts';
import type { Question } from './question.ts';
import { resolveTag } from './resolve-tag.ts';
import { type ResolvedTag, TagOnceStore } from './tag-once-store.ts';
import type { VerdictCache } from './verdict-cache.ts';

/** What the judge works with. */
export interface JudgeOptions {
  readonly cache: VerdictCache;
  /** Bounds the verifications that run at one time: they take memory, disk and a processor. */
  readonly verifications: FairAdmission;
  /** Bounds the tags that are looked up at one time. */
  readonly lookups: FairAdmission;
  readonly now: () => Date;
  readonly temporaryDirectory: string;
  /** The version of the verifier. */
  readonly version: string;
  readonly events: JudgeEvents;
}

/** What is counted. */
export interface JudgeEvents {
  /** A verdict was remembered, was just being found, or had to be found. */
  readonly onVerdict: (source: 'cache' | 'shared' | 'fresh') => void;
  /** A registry did not answer as it should; the code is one of ours. */
  readonly onRegistryError: (code: string) => void;
}

const firstPauseMs = 250; // doubles with each try
const marginMs = 300; // for what is left to do once a store has used up its time
const leastTryMs = 500; // less is no try

/** Judges what callers ask: remembered where it may be, once where several ask for it, again where it could not be told. */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #flights = new Flights<VerdictReport>();

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /**
   * Judges a question within its time.
   * @throws {Problem} `BUSY`; {RequestEnded} where time or client are gone; {VerifyError} `IMAGE_AMBIGUOUS`, `CAPSULE_UNNAMED`.
   */
  async judge(question: Question, time: RequestTime): Promise<Judgement> {
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      const judgement = await this.#once(question, time);
      if (!mayPass(judgement.report) || time.remainingMs() < pauseMs + marginMs + leastTryMs) return judgement;
      await sleep(pauseMs, undefined, { signal: time.signal }).catch(() => time.signal.throwIfAborted());
    }
  }

  async #once(question: Question, time: RequestTime): Promise<Judgement> {
    const { cache, lookups, version, events } = this.#options;
    const { served, freight } = question;
    const store = served.open(served.repository);
    const { coordinates: { tag: name } } = readRequest(freight, served.policy, this.#verifyOptions(question));
    // Twice the margin: the verdict that explains the silence is still to come.
    const resolve = (tag: string): Promise<ResolvedTag> => {
      const look = (): Promise<ResolvedTag> => {
        return resolveTag(store, tag, { place: served.repository, signal: time.signal, deadlineMs: timeFor(time, 2 * marginMs) });
      };
      return lookups.run(served.repository, look, time.signal);
    };
    const tag = name === undefined ? undefined : { name, resolved: await resolve(name) };
    const opened = tag === undefined ? store : new TagOnceStore(store, tag.name, tag.resolved);
    const key = cacheKey({ served, freight, version, ...(tag !== undefined && { tag }) });
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) {
      events.onVerdict('cache');
      return { report: known, isCached: true };
    }
    const verify = (signal: AbortSignal): Promise<VerdictReport> => this.#verify(opened, question, { key, time, signal });
    if (key === undefined) return { report: await verify(time.signal), isCached: false };
    const onShared = (): void => events.onVerdict('shared');
    return { report: await this.#flights.join(key, verify, { signal: time.signal, onShared }), isCached: false };
  }

  #verify(store: CapsuleStore, question: Question, { key, time, signal }: Verification): Promise<VerdictReport> {
    const { cache, verifications, now, events } = this.#options;
    const { served, freight } = question;
    const verify = async (): Promise<VerdictReport> => {
      const fromMs = now().getTime();
      events.onVerdict('fresh');
      const deadlineMs = timeFor(time, marginMs);
      const verdict = await verifyCapsule(store, freight, served.policy, { ...this.#verifyOptions(question), deadlineMs, signal });
      if (verdict.accepted) await verdict.capsule.close();
      const { report } = verdict;
      for (const code of lookupFailures(report)) events.onRegistryError(code);
      if (key !== undefined) cache.set(key, report, { fromMs, times: served.times });
      return report;
    };
    return verifications.run(served.repository, verify, signal);
  }

  #verifyOptions({ served }: Question): VerifyOptions {
    const { now, temporaryDirectory } = this.#options;
    return { capsule: { repository: served.repository }, openImage: served.open, now, temporaryDirectory };
  }
}

/** What is left of a request's time for one thing, in milliseconds, where so much is kept for what comes after it. */
function timeFor(time: RequestTime, keptMs: number): number {
  return Math.max(1, Math.round(time.remainingMs() - keptMs));
}

interface Verification {
  readonly key: string | undefined;
  readonly time: RequestTime;
  readonly signal: AbortSignal;
}
