import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** What Kargo's schemas say of the config of a step, by the kind of the step. */
export type StepSchemas = ReadonlyMap<string, ValidateFunction>;

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface SchemaFile {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly removed?: Readonly<Record<string, readonly string[]>>;
}

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const current = read('steps.json').schemas;
const next = read('next-steps.json');

/** Those of the version that is interpreted. */
export const stepSchemas: StepSchemas = compile(current);

/** Those of the version after that, as far as it can be known, without the keys that it will no longer take. */
export const nextStepSchemas: StepSchemas = compile(withoutKeys({ ...current, ...next.schemas }, next.removed ?? {}));

type Defects = NonNullable<ValidateFunction['errors']>;

/** Says each of them in a line: where, what, and what was wanted. */
export function describeDefects(defects: Defects): readonly string[] {
  return defects.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

function read(file: string): SchemaFile {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as SchemaFile;
}

function compile(schemas: SchemaFile['schemas']): StepSchemas {
  return new Map(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));
}

function withoutKeys(schemas: SchemaFile['schemas'], removed: NonNullable<SchemaFile['removed']>): SchemaFile['schemas'] {
  return Object.fromEntries(Object.entries(schemas).map(([kind, schema]) => [kind, withoutSome(schema, removed[kind] ?? [])]));
}

/** No schema here takes a key that it does not name. */
function withoutSome(schema: Schema, keys: readonly string[]): Schema {
  const absent = keys.find((key) => !Object.hasOwn(schema.properties ?? {}, key));
  if (absent !== undefined) throw new Error(`there is no ${absent} that could be removed`);
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => !keys.includes(key));
  return { ...schema, properties: Object.fromEntries(properties) };
}
