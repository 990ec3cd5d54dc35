import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { capsulePath } from './capsule-command.ts';

test('an old Node is named at once, before anything runs that it cannot finish', () => {
  const pretence = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.0"}})';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', pretence, capsulePath, '--version'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
  expect(stderr).toBe('error: capsule runs on Node 22.22.2 or later; this is Node 20.19.0\n');
});
