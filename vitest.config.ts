import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run from TypeScript sources, unbuilt.
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'], externalConditions: ['source', 'node', 'import'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/interop/**', '**/node_modules/**'],
    testTimeout: 30_000,
  },
});
