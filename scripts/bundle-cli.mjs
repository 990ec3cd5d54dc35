// Bundles the command-line program into packages/cli/dist: an entry that starts fast, and a chunk for each command.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './bundle/bundle-program.mjs';
import { removeOldChunks } from './bundle/remove-old-chunks.mjs';
import { writeWhole } from './files/write-whole.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const distribution = join(root, 'packages', 'cli', 'dist');
const chunks = join(distribution, 'chunks');

try {
  await writeProgram(await bundleProgram(root));
} catch (error) {
  if (error.errors === undefined) throw error;
  process.exitCode = 1; // esbuild has said what is wrong
}

async function writeProgram({ entryName, files, licenses }) {
  await mkdir(chunks, { recursive: true });
  // The entry last: until then a run that starts now finds the old entry with the old chunks.
  for (const { path, text } of files) await writeWhole(join(distribution, path), text, path === entryName ? 0o755 : 0o644);
  await writeWhole(join(distribution, 'THIRD-PARTY-LICENSES.txt'), licenses, 0o644);
  await removeOldChunks(chunks, new Set(files.map(({ path }) => join(distribution, path))));
  await rm(join(distribution, 'code-cache'), { recursive: true, force: true });
}
