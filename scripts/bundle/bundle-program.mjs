import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { collectLicenses } from './collect-licenses.mjs';
import { finishChunk } from './finish-chunk.mjs';
import { foreignPackages } from './foreign-packages.mjs';
import { leanImports } from './lean-imports.mjs';

const mainSource = 'packages/cli/src/main.ts';
const entryName = 'capsule.js';

/**
 * Bundles the command-line program in memory: an entry that starts fast, and a chunk for each command. `files` have paths
 * below the folder that they are meant for, the entry last; `inputs` are the sources they are made of.
 */
export async function bundleProgram(root, { plugins = [] } = {}) {
  const main = await bundleMain(root, [...plugins, leanImports(root)]);
  const chunks = main.outputFiles.map(async ({ path, text }) => ({ path: join('chunks', basename(path)), text: await finishChunk(text) }));
  const entry = await bundleEntry(root, mainChunkOf(main));
  const inputs = [main, entry].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = await foreignPackages(root, inputs);
  const files = [...(await Promise.all(chunks)), ...entry.outputFiles.map(({ text }) => ({ path: entryName, text }))];
  return { entryName, files, inputs, packages, licenses: await collectLicenses(packages) };
}

function bundleMain(root, plugins) {
  return build({
    ...sharedOptions(root),
    entryPoints: { main: mainSource },
    outdir: 'chunks',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    plugins,
    splitting: true,
  });
}

function mainChunkOf({ metafile }) {
  const [mainChunk] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === mainSource);
  return basename(mainChunk);
}

function bundleEntry(root, mainChunk) {
  return build({
    ...sharedOptions(root),
    entryPoints: { capsule: 'packages/cli/src/start.ts' },
    outdir: 'entry',
    define: { MAIN_CHUNK: JSON.stringify(mainChunk) },
    banner: { js: '#!/usr/bin/env node' },
  });
}

function sharedOptions(root) {
  return {
    absWorkingDir: root,
    // The packages' TypeScript, not what tsc made of it: a bundle is never staler than its sources.
    conditions: ['source'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  };
}
