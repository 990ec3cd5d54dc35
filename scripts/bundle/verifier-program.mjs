import { join } from 'node:path';

const program = 'packages/cli/src/verifier-program';

/** What the program in the container image has instead: no command that packs or signs, and no other program to start. */
const replaced = {
  'packages/cli/src/command-table.ts': `${program}/command-table.ts`,
  'packages/cli/src/summary/sign-summary.ts': `${program}/sign-summary.ts`,
  'packages/oci/src/registry/credentials/credential-helper.ts': `${program}/credential-helper.ts`,
};

/** Makes of the whole program the one that only verifies and unpacks: what it replaces is not bundled at all. */
export function verifierProgram(root) {
  return {
    name: 'verifier-program',
    setup(build) {
      const files = new Map(Object.entries(replaced).map(([from, to]) => [join(root, from), join(root, to)]));
      const unused = new Set(files.keys());
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const asked = join(resolveDir, path);
        unused.delete(asked);
        return files.has(asked) ? { path: files.get(asked) } : undefined;
      });
      // A file that has moved would be bundled again, and nobody would notice.
      build.onEnd(() => ({ errors: [...unused].map((file) => ({ text: `${file} is not there to be replaced` })) }));
    },
  };
}
