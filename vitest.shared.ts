import type { ViteUserConfig } from 'vitest/config';

/** Tests run from TypeScript sources, unbuilt. */
export const sources: Pick<ViteUserConfig, 'ssr'> = {
  ssr: {
    resolve: { conditions: ['source', 'node', 'import', 'default'], externalConditions: ['source', 'node', 'import'] },
  },
};
