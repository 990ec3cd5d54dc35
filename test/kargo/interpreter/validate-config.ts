import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { failed } from './step.ts';

const file = readFileSync(new URL('../schemas/steps.json', import.meta.url), 'utf8');
const { schemas } = JSON.parse(file) as { readonly schemas: Readonly<Record<string, object>> };
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const validators = new Map<string, ValidateFunction>(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));

/**
 * Holds the evaluated config of a step against Kargo's own schema, as Kargo does when the step runs: a misfit ends the promotion.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/validation.go.
 * @throws {StepError} Failed, for good.
 */
export function validateConfig(kind: string, config: unknown): void {
  const validate = validators.get(kind);
  if (validate === undefined) throw new Error(`there is no schema for ${kind}`);
  if (validate(config)) return;
  const { errors } = validate;
  const defects = errors?.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  throw failed(`invalid ${kind} config: ${defects?.join('; ')}`);
}
