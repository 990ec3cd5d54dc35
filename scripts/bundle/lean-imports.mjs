import { join } from 'node:path';

const loadedForNothing = {
  // As a module it would read every property of `process`, and with them load readline, workers and the like.
  'node:process': 'export default globalThis.process;',
  // For commands that are programs of their own; ours are functions.
  'node:child_process': 'export default {};',
};

/** Leaves out what a command would load and never use: a verification by a script is mostly loading. */
export function leanImports(root) {
  return {
    name: 'lean-imports',
    setup(build) {
      // Its build for Node is CommonJS, whose eighty files each cost a wrapper.
      const yaml = join(root, 'packages', 'capsule-schema', 'node_modules', 'yaml', 'browser', 'dist', 'index.js');
      build.onResolve({ filter: /^yaml$/ }, () => ({ path: yaml }));
      build.onResolve({ filter: /^node:(process|child_process)$/ }, ({ path, importer }) => {
        return importer.includes(join('node_modules', 'commander')) ? { path, namespace: 'unused' } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({ contents: loadedForNothing[path] }));
    },
  };
}
