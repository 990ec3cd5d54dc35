import { describeDefects, stepSchemas } from '../schemas/step-schemas.ts';
import { failed } from './step.ts';

/**
 * Holds the evaluated config of a step against Kargo's own schema, as Kargo does when the step runs: a misfit ends the promotion.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/validation.go.
 * @throws {StepError} Failed, for good.
 */
export function validateConfig(kind: string, config: unknown): void {
  const validate = stepSchemas.get(kind);
  if (validate === undefined) throw new Error(`there is no schema for ${kind}`);
  if (validate(config)) return;
  throw failed(`invalid ${kind} config: ${describeDefects(validate.errors ?? []).join('; ')}`);
}
