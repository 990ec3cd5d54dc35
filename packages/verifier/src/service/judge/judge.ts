import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerdictReport } from '../../findings/report.ts';
import type { CapsuleStore } from '../../verify/capsule-store.ts';
import { verifyCapsule } from '../../verify/verify-capsule.ts';
import type { VerifyOptions } from '../../verify/verify-options.ts';
import { readRequest } from '../../verify/verify-request.ts';
import type { FairAdmission } from '../limits/fair-admission.ts';
import { Problem } from '../request/problem.ts';
import { RequestEnded, type RequestTime } from '../request/request-time.ts';
import { cacheKey } from './cache-key.ts';
import { lookupFailures, isTransient } from './is-transient.ts';
import type { Judgement } from './judgement.ts';
import { type ResolvedTag, PinnedTagStore } from './pinned-tag-store.ts';
import type { Question } from './question.ts';
import { resolveTag } from './resolve-tag.ts';
import type { ServedPolicy } from './served-policy.ts';
import { SingleFlight, type Work } from './single-flight.ts';
import type { VerdictCache } from './verdict-cache.ts';
import { VerificationProgress } from './verification-progress.ts';

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
  readonly #running = new SingleFlight<VerdictReport, VerificationProgress>();

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /**
   * Judges a question within its time. What was known by the end of it is the answer, also where a last try did not end.
   * @throws {Problem} `BUSY`; {RequestEnded} where time or client are gone; {VerifyError} `IMAGE_AMBIGUOUS`, `CAPSULE_UNNAMED`.
   */
  async judge(question: Question, time: RequestTime): Promise<Judgement> {
    let known: Judgement | undefined;
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      try {
        const found = await this.#once(question, time);
        // A try that was cut off knows less than the one before, unless it has refused.
        if (known !== undefined && time.signal.aborted && found.report.outcome === 'unknown') return known;
        known = found;
        if (!isTransient(known.report) || time.remainingMs() < pauseMs + marginMs + leastTryMs) return known;
        await sleep(pauseMs, undefined, { signal: time.signal }).catch(() => time.signal.throwIfAborted());
      } catch (error) {
        if (known !== undefined && isOutOfTime(error)) return known;
        throw error;
      }
    }
  }

  async #once(question: Question, time: RequestTime): Promise<Judgement> {
    const { cache, version, events } = this.#options;
    const { served, freight } = question;
    const store = served.open(served.repository);
    const { coordinates: { tag: name } } = readRequest(freight, served.policy, this.#verifyOptions(question));
    const tag = name === undefined ? undefined : { name, resolved: await this.#resolve(store, name, { served, time }) };
    const opened = tag === undefined ? store : new PinnedTagStore(store, tag.name, tag.resolved);
    const key = cacheKey({ served, freight, version, ...(tag !== undefined && { tag }) });
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) {
      events.onVerdict('cache');
      return { report: known, isCached: true };
    }
    return { report: await this.#share(opened, question, { key, time }), isCached: false };
  }

  #resolve(store: CapsuleStore, tag: string, { served: { repository: place }, time }: Resolving): Promise<ResolvedTag> {
    time.enter(`while the tag ${tag} was looked up in ${place}`);
    // Twice the margin: the verdict that explains the silence is still to come.
    const look = (): Promise<ResolvedTag> => {
      return resolveTag(store, tag, { place, signal: time.signal, deadlineMs: timeFor(time, 2 * marginMs) });
    };
    return this.#options.lookups.run(place, look, time.signal);
  }

  /** Verifies, or waits for who does so already; where the time is up, what was found until then is the answer. */
  async #share(store: CapsuleStore, question: Question, { key, time }: Sharing): Promise<VerdictReport> {
    let progress: VerificationProgress | undefined;
    const onJoined = (joined: VerificationProgress, isShared: boolean): void => {
      progress = joined;
      if (isShared) this.#options.events.onVerdict('shared');
    };
    const start = (signal: AbortSignal): Work<VerdictReport, VerificationProgress> => {
      const begun = new VerificationProgress(question.served.repository);
      return { result: this.#verify(store, question, { key, time, signal, progress: begun }), progress: begun };
    };
    try {
      // What must not be shared has a key that nobody else has.
      return await this.#running.join(key ?? randomUUID(), start, { signal: time.signal, onJoined });
    } catch (error) {
      if (progress === undefined || !isDeadline(error)) throw error;
      const soFar = progress.soFar();
      if (soFar !== undefined) return soFar;
      throw new RequestEnded('deadline', progress.during);
    }
  }

  #verify(store: CapsuleStore, question: Question, { key, time, signal, progress }: Verification): Promise<VerdictReport> {
    const { cache, verifications, now, events } = this.#options;
    const { served, freight } = question;
    const verify = async (): Promise<VerdictReport> => {
      const fromMs = now().getTime();
      events.onVerdict('fresh');
      const options = { ...this.#verifyOptions(question), ...progress.options, deadlineMs: timeFor(time, marginMs), signal };
      const verdict = await verifyCapsule(store, freight, served.policy, options);
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

function isDeadline(error: unknown): boolean {
  return error instanceof RequestEnded && error.why === 'deadline';
}

/** Another try that had no time left, or found no place, takes nothing back of what the one before has found. */
function isOutOfTime(error: unknown): boolean {
  return isDeadline(error) || (error instanceof Problem && error.code === 'BUSY');
}

/** What is left of a request's time for one thing, in milliseconds, where so much is kept for what comes after it. */
function timeFor(time: RequestTime, keptMs: number): number {
  return Math.max(1, Math.round(time.remainingMs() - keptMs));
}

interface Resolving {
  readonly served: ServedPolicy;
  readonly time: RequestTime;
}

interface Sharing {
  readonly key: string | undefined;
  readonly time: RequestTime;
}

interface Verification extends Sharing {
  readonly signal: AbortSignal;
  readonly progress: VerificationProgress;
}
