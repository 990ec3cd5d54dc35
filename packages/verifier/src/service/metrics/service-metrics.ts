import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AskedOutcome } from '../answer/outcome-of.ts';
import type { Exchange } from '../http/dispatch.ts';
import type { JudgeEvents } from '../judge/judge.ts';
import type { ServedPolicies } from '../judge/served-policies.ts';
import type { ServedPolicy } from '../judge/served-policy.ts';

/** What is looked at when somebody asks: how much is going on now. */
export interface Loads {
  readonly requests: () => number;
  readonly connections: () => number;
  readonly running: () => number;
  readonly queued: () => number;
  readonly remembered: () => number;
  readonly unread: () => number;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 10]; // up to what Kargo waits
const prefix = 'capsule_service_';

/**
 * Counts what a service does. Every label's values come from a table of ours or from the policies: a caller makes no
 * new series.
 */
export class ServiceMetrics implements JudgeEvents {
  readonly #registry = new Registry();
  readonly #verdicts = this.#counter('verdicts_total', 'Verdicts, by the first code in the way.', [
    'policy',
    'outcome',
    'enforced',
    'code',
  ]);
  readonly #sources = this.#counter('verdict_sources_total', 'Whether verdicts were remembered, shared or fresh.', ['source']);
  readonly #registryErrors = this.#counter('registry_errors_total', 'What could not be looked up, by code.', ['code']);
  readonly #requests = this.#counter('requests_total', 'Requests by route and status.', ['route', 'status']);
  readonly #durations = new Histogram({
    name: `${prefix}request_duration_seconds`,
    help: 'How long requests took to be answered.',
    labelNames: ['route'],
    buckets: seconds,
    registers: [this.#registry],
  });

  readonly #loaded = this.#policyGauge('policy_loaded_timestamp_seconds', 'When the policy was read.');
  readonly #newest = this.#policyGauge('trusted_root_newest_timestamp_seconds', 'When the newest part of its trusted root began.');

  readonly #info = this.#infoGauge('policy_info', 'The policies in force.', ['policy', 'mode', 'digest']);

  constructor(version: string) {
    collectDefaultMetrics({ register: this.#registry });
    this.#infoGauge('build_info', 'The version of the verifier.', ['version']).set({ version }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Writes everything in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  onVerdict(source: 'cache' | 'shared' | 'fresh'): void {
    this.#sources.inc({ source });
  }

  onRegistryError(code: string): void {
    this.#registryErrors.inc({ code });
  }

  /** Counts a verdict that is about to be answered. */
  countAnswer({ policy }: ServedPolicy, { outcome, isEnforced, codes }: AskedOutcome): void {
    this.#verdicts.inc({ policy: policy.capsule.name, outcome, enforced: String(isEnforced), code: codes[0] ?? 'none' });
  }

  /** Counts a request that was answered, or whose client has gone. */
  countRequest({ path: route = 'none', status, milliseconds }: Exchange): void {
    this.#requests.inc({ route, status: String(status) });
    this.#durations.observe({ route }, milliseconds / 1000);
  }

  /** Shows how much is going on at the time of asking. */
  showLoads({ requests, connections, running, queued, remembered, unread }: Loads): void {
    this.#gauge('requests_in_flight', 'Requests that are being answered.', requests);
    this.#gauge('connections', 'Open connections.', connections);
    this.#gauge('verifications_running', 'Verifications that run.', running);
    this.#gauge('verifications_queued', 'Verifications that wait for their turn.', queued);
    this.#gauge('cache_entries', 'Verdicts that are remembered.', remembered);
    this.#gauge('audit_lines_waiting', 'Audit lines that are not read yet.', unread);
  }

  /** Shows how old the policies are, and what they trust. */
  showPolicies({ table, loadedAt }: ServedPolicies): void {
    this.#loaded.reset();
    this.#newest.reset();
    this.#info.reset();
    for (const { policy, digest, rootNewest } of table.all) {
      this.#info.set({ policy: policy.capsule.name, mode: policy.mode, digest }, 1);
      this.#loaded.set({ policy: policy.capsule.name }, loadedAt.getTime() / 1000);
      if (rootNewest !== undefined) this.#newest.set({ policy: policy.capsule.name }, rootNewest.getTime() / 1000);
    }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name: `${prefix}${name}`, help, registers: [this.#registry], collect: () => gauge.set(read()) });
  }

  #policyGauge(name: string, help: string): Gauge<'policy'> {
    return this.#infoGauge(name, help, ['policy']);
  }

  #infoGauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
