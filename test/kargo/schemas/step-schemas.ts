import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const file = readFileSync(new URL('steps.json', import.meta.url), 'utf8');
const { schemas } = JSON.parse(file) as { readonly schemas: Readonly<Record<string, object>> };
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

/** What Kargo's own schemas say of the config of a step, by the kind of the step. */
export const stepSchemas: ReadonlyMap<string, ValidateFunction> = new Map(
  Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]),
);

type Defects = NonNullable<ValidateFunction['errors']>;

/** Says each of them in a line: where, what, and what was wanted. */
export function describeDefects(defects: Defects): readonly string[] {
  return defects.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}
