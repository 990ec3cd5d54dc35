import { afterAll, afterEach } from 'vitest';

// A library that prints, or a warning of Node's, is a defect that no assertion would notice.
const stray: string[] = [];

for (const method of ['warn', 'error'] as const) {
  console[method] = (...values: unknown[]): void => {
    stray.push(`console.${method}: ${values.map(String).join(' ')}`);
  };
}

process.on('warning', (warning) => {
  stray.push(`process warning: ${warning.stack ?? warning.message}`);
});

afterEach(failOnStray);
// A warning is raised a tick late: the last test's own comes only now.
afterAll(failOnStray);

function failOnStray(): void {
  const found = stray.splice(0).join('\n');
  if (found !== '') throw new Error(`Nothing but the command may print, and nothing may warn:\n${found}`);
}
