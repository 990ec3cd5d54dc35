import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { absoluteEntries, absoluteSearchPath } from './search-path.ts';

test('entries from which a program of the working directory would be found are left out', () => {
  const path = ['/usr/bin', '.', 'node_modules/.bin', '', '/bin'].join(delimiter);
  expect(absoluteEntries(path)).toEqual(['/usr/bin', '/bin']);
  expect(absoluteSearchPath(path)).toBe(['/usr/bin', '/bin'].join(delimiter));
});

test('a path of nothing else is empty', () => {
  expect(absoluteSearchPath(['.', '', 'bin'].join(delimiter))).toBe('');
});
