import { FakeClock } from '../fake-clock.ts';
import { inflateSteps } from '../inflate-steps.ts';
import type { Procedure, WrittenStep } from '../manifest.ts';
import { promote, type PromotionOutcome } from '../promote.ts';
import { PullRequests } from '../pull-requests.ts';
import { noRenderer } from '../renderer.ts';
import type { StepServices } from '../step.ts';

/** What differs from a promotion of nothing in an empty place. */
export interface RunOptions extends Partial<StepServices> {
  readonly workDir: string;
  readonly clock?: FakeClock;
  readonly tasks?: readonly Procedure[];
}

/** Runs steps, as the promotion `test.1` of the Freight `f00` to the Stage `test` of `project`. */
export async function runSteps(steps: readonly WrittenStep[], options: RunOptions): Promise<PromotionOutcome> {
  const { workDir, clock = new FakeClock(), tasks = [], ...services } = options;
  const metadata = { Stage: new Map(), Freight: new Map() };
  const all = { metadata, pullRequests: new PullRequests(), renderer: noRenderer, secrets: {}, ...services };
  const freight = { name: 'f00', origin: 'app', images: [] };
  const facts = { project: 'project', stage: 'test', promotion: 'test.1', freight, subscriptions: {}, vars: [], services: all };
  return promote(facts, inflateSteps({ name: 'test', vars: [], steps }, tasks), { workDir, clock, maxWaits: 50 });
}

/** How each step has ended, by its alias. */
export function statusesOf({ steps }: PromotionOutcome): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(steps.map(({ alias, status }) => [alias, status]));
}

/** A step that is written in one line. */
export function step(uses: string, as: string, config?: WrittenStep['config'], more: Partial<WrittenStep> = {}): WrittenStep {
  return { uses, as, ...(config !== undefined && { config }), ...more };
}
