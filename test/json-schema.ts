import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './rules/source-files.ts';

/** As much of a JSON Schema as says which keys a file has. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A key of a file, as a dotted path with `[]` for the items of a list. */
export interface SchemaKey {
  readonly key: string;
  readonly isRequired: boolean;
}

/** Reads one of our published schemas, by its path in the workspace. */
export function readSchema(path: string): Schema {
  return JSON.parse(readFileSync(join(workspaceRoot, path), 'utf8')) as Schema;
}

/** Lists every key that a file of this schema can have, in the schema's order. */
export function schemaKeys(root: Schema, schema: Schema = root, prefix = ''): readonly SchemaKey[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, value]) => {
    const own = resolve(root, value);
    const item = own.schema.items === undefined ? undefined : resolve(own.root, own.schema.items);
    const items = item === undefined ? [] : schemaKeys(item.root, item.schema, `${prefix}${name}[].`);
    const isRequired = required.includes(name);
    return [{ key: prefix + name, isRequired }, ...schemaKeys(own.root, own.schema, `${prefix}${name}.`), ...items];
  });
}

interface Resolved {
  readonly root: Schema;
  readonly schema: Schema;
}

const released = 'https://release-capsule.dev/schema/v1/release.schema.json';

function resolve(root: Schema, schema: Schema): Resolved {
  const [file, name] = schema.$ref?.split('#/$defs/') ?? [];
  if (name === undefined) return { root, schema };
  const other = file === released ? readSchema('packages/capsule-schema/schema/release.schema.json') : root;
  return { root: other, schema: other.$defs?.[name] ?? {} };
}
