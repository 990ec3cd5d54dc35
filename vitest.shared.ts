import type { ViteUserConfig } from 'vitest/config';
import { plainPath } from './test/plain-path.ts';

/** Tests run from TypeScript sources, unbuilt. */
export const sources: Pick<ViteUserConfig, 'plugins' | 'ssr'> = {
  plugins: plainPath(import.meta.dirname),
  ssr: {
    resolve: { conditions: ['source', 'node', 'import', 'default'], externalConditions: ['source', 'node', 'import'] },
  },
};
