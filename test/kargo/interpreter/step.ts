import type { Applications } from './applications.ts';
import type { ValueMap } from './expression/values.ts';
import type { TargetFreight } from './expression/freight-functions.ts';
import type { PullRequests } from './pull-requests.ts';
import type { Renderer } from './renderer.ts';

/** How a step, or an attempt at it, has ended. Source: Kargo v1.11.2, api/v1alpha1/promotion_types.go. */
export type StepStatus = 'Running' | 'Succeeded' | 'Skipped' | 'Failed' | 'Errored';

/** What an attempt at a step gives. A step that goes wrong throws instead. */
export interface StepResult {
  readonly status: 'Running' | 'Succeeded' | 'Skipped' | 'Failed';
  readonly output?: ValueMap;
  /** When a running step asks to be looked at again, in milliseconds. */
  readonly retryAfter?: number;
}

/** What a step has to work with. */
export interface StepContext {
  readonly workDir: string;
  readonly alias: string;
  readonly config: unknown;
  readonly project: string;
  readonly stage: string;
  readonly promotion: string;
  readonly freight: TargetFreight;
  /** The outputs of all steps so far, this step's earlier attempts included. */
  readonly state: ValueMap;
  readonly services: StepServices;
}

/** What a step reaches beyond its work directory. */
export interface StepServices {
  readonly metadata: Metadata;
  readonly pullRequests: PullRequests;
  readonly renderer: Renderer;
  /** None where Kargo knows no Argo CD. */
  readonly applications?: Applications;
  /** The project's generic Secrets. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What `set-metadata` has written: by kind, by name. */
export type Metadata = Record<'Stage' | 'Freight', Map<string, ValueMap>>;

/** Runs a kind of step once. */
export type StepRunner = (context: StepContext) => Promise<StepResult>;

/** A step that went wrong: `terminal` where trying again cannot help. Source: Kargo v1.11.2, pkg/promotion/errors.go. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly status: 'Failed' | 'Errored';
  readonly terminal: boolean;
  readonly output: ValueMap | undefined;

  constructor(message: string, as: { readonly [key in 'status' | 'terminal' | 'output']?: StepError[key] } = {}) {
    super(message);
    this.status = as.status ?? 'Errored';
    this.terminal = as.terminal ?? false;
    this.output = as.output;
  }
}

/** A step that says no, for good; some leave an output all the same. */
export function failed(message: string, output?: ValueMap): StepError {
  return new StepError(message, { status: 'Failed', terminal: true, ...(output !== undefined && { output }) });
}
