// Compiles packages/*/schema/NAME.schema.json to packages/*/generated/NAME.js, which exports `validate`, so that no
// start of ours pays for a schema compiler. Does nothing where the schemas are those compiled before.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from './files/write-whole.mjs';

const packagesFolder = fileURLToPath(new URL('../packages/', import.meta.url));
const suffix = '.schema.json';

const names = await readdir(packagesFolder);
const published = (await Promise.all(names.map((name) => readSchemas(join(packagesFolder, name, 'schema'))))).flat();
for (const name of names) await compilePackage(join(packagesFolder, name));

async function compilePackage(folder) {
  const schemas = await readSchemas(join(folder, 'schema'));
  const generated = join(folder, 'generated');
  const stampPath = join(generated, '.compiled-from');
  const fingerprint = await fingerprintOf(schemas);
  if ((await readText(stampPath)) === fingerprint) return;
  if (schemas.length === 0) {
    await rm(generated, { recursive: true, force: true });
    return;
  }
  const { writeValidator } = await import('./schemas/write-validator.mjs');
  await mkdir(generated, { recursive: true });
  await removeOthers(generated, schemas);
  for (const schema of schemas) await writeValidator(generated, schema, published);
  await writeWhole(stampPath, fingerprint);
  console.error(`${basename(folder)}: compiled ${schemas.map((schema) => schema.name).join(', ')}`);
}

async function readSchemas(folder) {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith(suffix)).sort();
  return Promise.all(
    files.map(async (file) => {
      return { name: file.slice(0, -suffix.length), text: await readFile(join(folder, file), 'utf8') };
    }),
  );
}

/** The compiler counts too: its scripts and, through the lockfile, ajv. */
async function fingerprintOf(schemas) {
  const compilers = ['./compile-schemas.mjs', './schemas/write-validator.mjs', '../pnpm-lock.yaml'];
  const hash = createHash('sha256');
  for (const path of compilers) hash.update(await readFile(new URL(path, import.meta.url)));
  for (const { name } of schemas) hash.update(`${name}\0`);
  // A schema may refer to one of another package.
  for (const { name, text } of published) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex');
}

async function removeOthers(generated, schemas) {
  const kept = new Set(schemas.flatMap(({ name }) => [`${name}.js`, `${name}.d.ts`]));
  for (const file of await readdir(generated)) {
    if (!kept.has(file)) await rm(join(generated, file), { force: true });
  }
}

function readText(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}
