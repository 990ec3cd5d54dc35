import { expect, test } from 'vitest';
import { nearestCommand } from './nearest-command.ts';

test.each([
  ['veryfi', 'verify'],
  ['Verify', 'verify'],
  ['unpakc', 'unpack'],
  ['insp', 'inspect'],
  ['relase', 'release'],
  ['key-gen', 'keygen'],
])('takes %s for %s', (typed, meant) => {
  expect(nearestCommand(typed)).toBe(meant);
});

test.each(['deploy', '', 'x', 'v'.repeat(1000)])('takes %j for nothing that it is not', (typed) => {
  expect(nearestCommand(typed)).toBeUndefined();
});
