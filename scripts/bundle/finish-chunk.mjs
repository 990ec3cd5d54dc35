import { transform } from 'esbuild';

/**
 * Turns a chunk that esbuild wrote into what packages/cli/src/compile-cache/chunk-loader.ts runs:
 * a function of `exports`, `require` and `module`.
 * ES modules could not be kept as V8 has compiled them.
 */
export async function finishChunk(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    supported: { 'dynamic-import': false }, // by `require` too: only that knows of chunks
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  });
  const odd = code.match(/[\u0080-\uffff]+/u);
  if (odd !== null) throw new Error(`a chunk holds ${odd[0]}: it is loaded as ASCII, and esbuild leaves it in regular expressions`);
  return `(function(exports,require,module){"use strict";${code}})`;
}
