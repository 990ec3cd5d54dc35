import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

const bounds = { minMs: 100, maxMs: 600_000 };

test.each([
  ['500ms', 500],
  ['8s', 8_000],
  ['10m', 600_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text, '--deadline', bounds)).toBe(ms);
});

test.each(['8', 's', '-1s', '1.5s', '1h', '50ms', '11m', '8 s', '', '9999999s'])('%j is no duration within bounds', (text) => {
  expect(() => parseDuration(text, '--deadline', bounds)).toThrow(/--deadline is/);
});
