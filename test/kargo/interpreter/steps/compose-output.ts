import { isRecord } from '../expression/values.ts';
import type { StepContext, StepResult } from '../step.ts';

/** Gives its config as output, also to whoever uses the task. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/output_composer.go. */
export async function composeOutput({ config }: StepContext): Promise<StepResult> {
  return { status: 'Succeeded', output: isRecord(config) ? config : {} };
}
