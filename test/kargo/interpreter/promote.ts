import { parseDuration } from './duration.ts';
import { evaluateConfig, evaluateTemplate } from './expression/evaluate-template.ts';
import { isRecord, type ValueMap } from './expression/values.ts';
import { FakeClock } from './fake-clock.ts';
import type { Step } from './inflate-steps.ts';
import { type StepContext, StepError, type StepResult, type StepRunner, type StepStatus } from './step.ts';
import { hasFailures, namespaceOf, type PromotionFacts, stepEnvironment, type StepRecord } from './step-environment.ts';
import { stepRunners } from './step-runners.ts';
import { validateConfig } from './validate-config.ts';

/** What became of one step. */
export interface StepOutcome extends StepRecord {
  readonly uses: string;
  readonly message: string;
  readonly attempts: number;
}

/** What became of a promotion. */
export interface PromotionOutcome {
  readonly phase: 'Succeeded' | 'Failed' | 'Errored';
  readonly message: string;
  readonly steps: readonly StepOutcome[];
  readonly state: ValueMap;
}

/** Where and when a promotion runs. */
export interface PromotionOptions {
  readonly workDir: string;
  readonly clock?: FakeClock;
  /** A promotion that is still running after so many waits is a defect of the test. */
  readonly maxWaits?: number;
}

const minPollInterval = 10_000; // pkg/controller/promotions/promotions.go, minSuggestedRequeueInterval
const defaultRequeue = 300_000; // the same file, defaultRequeueInterval
const defaultTimeouts: Readonly<Record<string, string>> = { 'argocd-update': '5m', 'argocd-wait': '5m' }; // in the file of each step
const errorBackoff = 1_000; // a stand-in: controller-runtime's backoff is not part of what is documented

/** Runs the steps of a promotion to its end. Source: Kargo v1.11.2, pkg/promotion/local_orchestrator.go, ExecuteSteps. */
export async function promote(facts: PromotionFacts, steps: readonly Step[], options: PromotionOptions): Promise<PromotionOutcome> {
  const run = new Run(facts, options);
  for (const step of steps) await run.step(step);
  return run.outcome();
}

class Run {
  readonly #facts: PromotionFacts;
  readonly #workDir: string;
  readonly #clock: FakeClock;
  readonly #state: Record<string, unknown> = {};
  readonly #outcomes: StepOutcome[] = [];
  #waitsLeft: number;

  constructor(facts: PromotionFacts, { workDir, clock = new FakeClock(), maxWaits = 1_000 }: PromotionOptions) {
    this.#facts = facts;
    this.#workDir = workDir;
    this.#clock = clock;
    this.#waitsLeft = maxWaits;
  }

  async step(step: Step): Promise<void> {
    const outcome = { alias: step.alias, uses: step.uses, continueOnError: step.continueOnError ?? false };
    const ended = this.#skipped(step) ?? (await this.#untilDone(step));
    this.#outcomes.push({ ...outcome, ...ended });
  }

  /** The worst of the steps whose failure counts. Source: pkg/promotion/orchestrator.go, DetermineFinalPhase. */
  outcome(): PromotionOutcome {
    const counted = this.#outcomes.filter(({ continueOnError }) => !continueOnError);
    const worst = counted.find(({ status }) => status === 'Errored') ?? counted.find(({ status }) => status === 'Failed');
    const phase = worst?.status === 'Errored' ? 'Errored' : worst?.status === 'Failed' ? 'Failed' : 'Succeeded';
    return { phase, message: worst?.message ?? '', steps: this.#outcomes, state: this.#state };
  }

  /** Without an `if`, a step is skipped after a failure; an `if` that fails is an error of the step. */
  #skipped(step: Step): Ended | undefined {
    if (step.if === undefined) return hasFailures(this.#outcomes) ? notRun('Skipped') : undefined;
    try {
      const runs = evaluateTemplate(step.if, this.#environment(step));
      if (typeof runs !== 'boolean') throw new Error(`expression must evaluate to a boolean, got ${typeof runs}`);
      return runs ? undefined : notRun('Skipped');
    } catch (error) {
      return notRun('Errored', `error checking if step "${step.alias}" should be skipped: ${messageOf(error)}`);
    }
  }

  async #untilDone(step: Step): Promise<Ended> {
    const runner = Object.hasOwn(stepRunners, step.uses) ? stepRunners[step.uses] : undefined;
    if (runner === undefined) return notRun('Errored', `step kind "${step.uses}" is not registered; verify the kind is correct`);
    const startedAt = this.#clock.now;
    for (let attempts = 1, errors = 0; ; attempts += 1) {
      const context = this.#context(step);
      if (context instanceof Error) return { status: 'Errored', message: context.message, attempts };
      const result = await attempt(step, context, runner).catch(asStepError);
      if (result instanceof StepError) errors += 1;
      this.#keep(step, result);
      const ended = completed(step, result, { errors, elapsed: this.#clock.now - startedAt });
      if (ended !== undefined) return { ...ended, attempts };
      this.#wait(step, result, startedAt);
    }
  }

  #context(step: Step): StepContext | Error {
    const { subscriptions: _subscriptions, vars: _vars, ...facts } = this.#facts;
    try {
      const config = evaluateConfig(step.config ?? null, this.#environment(step));
      return { ...facts, workDir: this.#workDir, alias: step.alias, config, state: structuredClone(this.#state) };
    } catch (error) {
      return new Error(`failed to build step context: failed to get step config: ${messageOf(error)}`);
    }
  }

  #environment(step: Step): ReturnType<typeof stepEnvironment> {
    return stepEnvironment(this.#facts, step, { state: this.#state, records: this.#outcomes });
  }

  /**
   * Only `compose-output` hands its output on to the alias of the task. A step without output leaves nil. In Kargo a member of that
   * is nil until the promotion waits, and an error from then on; here it is an error at once. Source: propagateStepOutput.
   */
  #keep({ alias, uses }: Step, { output }: StepResult | StepError): void {
    this.#state[alias] = output ?? null;
    const space = namespaceOf(alias);
    if (uses !== 'compose-output' || space === '' || output === undefined) return;
    const before = this.#state[space];
    this.#state[space] = { ...(isRecord(before) ? before : {}), ...output };
  }

  /** Source: pkg/controller/promotions/promotions.go, calculateRequeueInterval. */
  #wait({ retry, uses }: Step, result: StepResult | StepError, startedAt: number): void {
    if ((this.#waitsLeft -= 1) < 0) throw new Error('the promotion is still running');
    const suggested = result instanceof StepError ? errorBackoff : Math.max(result.retryAfter ?? defaultRequeue, minPollInterval);
    const timeout = parseDuration(retry?.timeout ?? defaultTimeouts[uses] ?? '0s');
    const left = startedAt + timeout - this.#clock.now;
    // The controller comes back at the timeout; by then a moment has passed, and the timeout with it.
    this.#clock.wait(timeout > 0 && left < suggested ? left + 1 : suggested);
  }
}

type Ended = Pick<StepOutcome, 'status' | 'message' | 'attempts'>;

interface Spent {
  readonly errors: number;
  readonly elapsed: number;
}

/** Says how a step has ended, or nothing where it goes on. Source: determineStepCompletion. */
function completed(step: Step, result: StepResult | StepError, { errors, elapsed }: Spent): Omit<Ended, 'attempts'> | undefined {
  if (result instanceof StepError) {
    const { status, terminal } = result;
    const message = inStep(step, result);
    if (terminal) return { status, message: status === 'Failed' ? message : `an unrecoverable error occurred: ${message}` };
    const threshold = step.retry?.errorThreshold ?? 1;
    if (errors >= threshold) return { status, message: `step "${step.alias}" met error threshold of ${threshold}: ${message}` };
  } else if (result.status === 'Succeeded' || result.status === 'Skipped') {
    return { status: result.status, message: '' };
  }
  const timeout = step.retry?.timeout ?? defaultTimeouts[step.uses];
  if (timeout === undefined || elapsed <= parseDuration(timeout)) return undefined;
  return { status: 'Errored', message: `step "${step.alias}" timed out after ${timeout}` };
}

/** Source: pkg/promotion/local_executor.go, ExecuteStep. */
function inStep({ alias }: Step, { status, message }: StepError): string {
  return `${status === 'Errored' ? 'error running step' : 'step'} "${alias}": ${message}`;
}

async function attempt({ uses }: Step, context: StepContext, runner: StepRunner): Promise<StepResult> {
  validateConfig(uses, context.config);
  return runner(context);
}

function notRun(status: StepStatus, message = ''): Ended {
  return { status, message, attempts: 0 };
}

function asStepError(error: unknown): StepError {
  return error instanceof StepError ? error : new StepError(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
