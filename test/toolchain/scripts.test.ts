import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8')).scripts;

test('every script that the bootstrap is asked to run is there', () => {
  const asked = Object.values(scripts).flatMap((script) => /bootstrap\.mjs (\S+)/.exec(script)?.[1] ?? []);
  // The bootstrap runs the command itself.
  const missing = asked.filter((name) => name !== 'capsule:run' && scripts[name] === undefined);
  expect(missing).toEqual([]);
  expect(asked).toContain('demo:run');
});
