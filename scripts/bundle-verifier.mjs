// Bundles the program that verifies and unpacks, and can neither pack nor sign, into the folder that is named. Prints, as
// one line of JSON, the sources that it is made of.
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './bundle/bundle-program.mjs';
import { verifierProgram } from './bundle/verifier-program.mjs';
import { writeWhole } from './files/write-whole.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say where the program goes: node scripts/bundle-verifier.mjs DIR');

const { files, inputs } = await bundleProgram(root, { plugins: [verifierProgram(root)] });
for (const { path, text } of [{ path: 'package.json', text: '{ "type": "module" }\n' }, ...files]) {
  await mkdir(dirname(resolve(folder, path)), { recursive: true });
  await writeWhole(join(resolve(folder), path), text);
}
console.log(JSON.stringify(inputs));
