import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { writeWhole } from '../files/write-whole.mjs';

const types = `/** One place where the data breaks the schema. */
export interface SchemaViolation {
  /** JSON Pointer into the data. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Tells whether \`data\` obeys the schema; \`errors\` then says where the last call's data did not. */
export declare const validate: {
  (data: unknown): boolean;
  readonly errors?: readonly SchemaViolation[] | null;
};
`;

/** Writes one schema's validator and its types; whatever schema is published can be referred to by \`$id\`. */
export async function writeValidator(folder, schema, published) {
  const code = await compile(schema, published);
  await writeWhole(join(folder, `${schema.name}.d.ts`), types);
  await writeWhole(join(folder, `${schema.name}.js`), await inlineImports(code));
}

async function compile(schema, published) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, code: { source: true, esm: true } });
  for (const other of published) {
    if (other.text !== schema.text) ajv.addSchema(JSON.parse(other.text));
  }
  try {
    return standalone.default(ajv, ajv.compile(JSON.parse(schema.text)));
  } catch (cause) {
    throw new Error(`${schema.name}.schema.json does not compile: ${cause.message}`, { cause });
  }
}

/** Even as ESM, ajv's code requires parts of ajv at run time: bundling brings them in. */
async function inlineImports(contents) {
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    legalComments: 'inline',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}
