import { Config } from '../config.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/** Fails. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/failer.go. */
export async function fail({ config: raw }: StepContext): Promise<StepResult> {
  const message = new Config('fail', raw).optionalText('message');
  throw failed(message === undefined ? 'failed' : `failed: ${message}`);
}
