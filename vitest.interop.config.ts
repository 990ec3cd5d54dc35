import { defineConfig } from 'vitest/config';
import { sources } from './vitest.shared.ts';

export default defineConfig({
  ...sources,
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    // Servers start and programs run: slower than anything of ours alone.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
