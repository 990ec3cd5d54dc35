import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { collectLicenses } from './collect-licenses.mjs';
import { foreignPackages } from './foreign-packages.mjs';
import { finishChunk } from './finish-chunk.mjs';
import { leanImports } from './lean-imports.mjs';

const entryName = 'capsule.js';

/**
 * Bundles the command-line program in memory: an entry that starts fast, and a chunk for each command.
 * `files` have paths below the folder that they are meant for, the entry last; `inputs` are the sources they are made of.
 */
export async function bundleProgram(root, { plugins = [] } = {}) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { capsule: 'packages/cli/src/main.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    // The packages' TypeScript, not what tsc made of it: a bundle is never staler than its sources.
    conditions: ['source'],
    bundle: true,
    plugins: [...plugins, leanImports(root)],
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
  });
  const files = result.outputFiles.map(({ path, text }) => finished(basename(path), text));
  const inputs = Object.keys(result.metafile.inputs);
  const packages = await foreignPackages(root, inputs);
  return { entryName, files: files.sort(entryLast), inputs, packages, licenses: await collectLicenses(packages) };
}

function finished(name, text) {
  const isEntry = name === entryName;
  return { path: isEntry ? name : join('chunks', name), text: finishChunk(text, isEntry) };
}

function entryLast(a, b) {
  return Number(a.path === entryName) - Number(b.path === entryName);
}
