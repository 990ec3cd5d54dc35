import { isRecord } from '../expression/values.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/** Gives its config as output, also to whoever uses the task. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/output_composer.go. */
export async function composeOutput({ config }: StepContext): Promise<StepResult> {
  if (!isRecord(config) || Object.keys(config).length === 0) throw failed('invalid compose-output config: it is empty');
  return { status: 'Succeeded', output: config };
}
