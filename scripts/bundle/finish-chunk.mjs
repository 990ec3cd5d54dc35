// Modules of the CommonJS kind ask for Node's own by `require`, which an ES module has not. All others are bundled, and a
// real `require` would load what finds packages on a disk.
const requireLine = 'const require=process.getBuiltinModule;\n';
const shebang = '#!/usr/bin/env node\n';

/** Completes a file that esbuild wrote: a `require` where one is asked for, and the entry's first line. */
export function finishChunk(text, isEntry) {
  const body = text.replace(/^#!.*\n/, '');
  const prelude = /\brequire\b/.test(body) ? requireLine : '';
  return `${isEntry ? shebang : ''}${prelude}${body}`;
}
