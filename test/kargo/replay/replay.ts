import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetFreight } from '../interpreter/expression/freight-functions.ts';
import type { FakeClock } from '../interpreter/fake-clock.ts';
import { inflateSteps } from '../interpreter/inflate-steps.ts';
import { readStage, readSubscriptions, readTask } from '../interpreter/manifest.ts';
import { promote, type PromotionOutcome } from '../interpreter/promote.ts';
import { PullRequests } from '../interpreter/pull-requests.ts';
import { noRenderer, type Renderer } from '../interpreter/renderer.ts';
import type { Metadata } from '../interpreter/step.ts';

/** What is promoted, and by which manifests. */
export interface ReplayOptions {
  readonly directory: string;
  readonly project: string;
  /** The Stage's manifest. */
  readonly stage: string;
  /** The Warehouse's manifest. */
  readonly warehouse: string;
  readonly tasks?: readonly string[];
  readonly freight: TargetFreight;
  readonly renderer?: Renderer;
  readonly pullRequests?: PullRequests;
  readonly clock?: FakeClock;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What was written down before; it is written to. */
  readonly metadata?: Metadata;
}

/** What came of a promotion. */
export interface Replay extends PromotionOutcome {
  readonly stage: string;
  readonly metadata: Metadata;
  /** The steps that were started, by what they use. */
  readonly started: readonly string[];
}

let promotions = 0;

/** Runs one promotion of a Freight to a Stage. */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { directory, project, freight, clock, secrets = {}, renderer = noRenderer, pullRequests = new PullRequests() } = options;
  const stage = readStage(options.stage);
  const metadata: Metadata = options.metadata ?? { Stage: new Map(), Freight: new Map() };
  const services = { metadata, pullRequests, renderer, secrets };
  const promotion = `${stage.name}.${(promotions += 1)}`;
  const subscriptions = readSubscriptions(options.warehouse);
  const facts = { project, stage: stage.name, promotion, freight, subscriptions, vars: stage.vars, services };
  const steps = inflateSteps(stage, (options.tasks ?? []).map(readTask));
  const workDir = mkdtempSync(join(directory, 'promotion-'));
  const outcome = await promote(facts, steps, { workDir, ...(clock !== undefined && { clock }) });
  const started = outcome.steps.filter(({ attempts }) => attempts > 0).map(({ uses }) => uses);
  return { ...outcome, stage: stage.name, metadata, started };
}
