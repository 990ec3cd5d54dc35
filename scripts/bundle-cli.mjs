// Bundles the command-line program into packages/cli/dist: an entry that starts fast, and a chunk for each command.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { collectLicenses } from './bundle/collect-licenses.mjs';
import { finishChunk } from './bundle/finish-chunk.mjs';
import { leanImports } from './bundle/lean-imports.mjs';
import { removeOldChunks } from './bundle/remove-old-chunks.mjs';
import { writeWhole } from './files/write-whole.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const distribution = join(root, 'packages', 'cli', 'dist');
const entry = join(distribution, 'capsule.js');
const chunks = join(distribution, 'chunks');

const result = await build({
  absWorkingDir: root,
  entryPoints: { capsule: 'packages/cli/src/main.ts' },
  outdir: distribution,
  chunkNames: 'chunks/[name]-[hash]',
  // The packages' TypeScript, not what tsc made of it: a bundle is never staler than its sources.
  conditions: ['source'],
  bundle: true,
  plugins: [leanImports(root)],
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
}).catch(() => process.exit(1)); // esbuild has said what is wrong

await mkdir(chunks, { recursive: true });
const files = result.outputFiles.map(({ path, text }) => ({ path, text: finishChunk(text, path === entry) }));
// The entry last: until then a run that starts now finds the old entry with the old chunks.
files.sort((a, b) => Number(a.path === entry) - Number(b.path === entry));
for (const { path, text } of files) await writeWhole(path, text, path === entry ? 0o755 : 0o644);
const licenses = await collectLicenses(root, Object.keys(result.metafile.inputs));
await writeWhole(join(distribution, 'THIRD-PARTY-LICENSES.txt'), licenses, 0o644);
await removeOldChunks(chunks, new Set(files.map(({ path }) => path)));
