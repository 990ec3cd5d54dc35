import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

/** Skips a test that runs the scripts of CI systems, and says why, on a machine without bash. */
export function needsBash(context: TestContext): void {
  context.skip(!hasBash, 'needs bash');
}
