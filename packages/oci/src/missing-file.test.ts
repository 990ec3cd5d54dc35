import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isMissingFile } from './missing-file.ts';

const own = import.meta.filename;

test.each([
  ['a file that is not there', join(import.meta.dirname, 'nothing-of-that-name')],
  ['a file below another file', join(own, 'below')],
])('%s is missing', async (_what, path) => {
  expect(isMissingFile(await failureOf(open(path, 'r')))).toBe(true);
});

test('a file that is there and cannot be made is not missing', async () => {
  expect(isMissingFile(await failureOf(open(own, 'wx')))).toBe(false);
});

test.each([['a text'], [undefined], [new Error('ENOENT')]])('%s is no error of the system', (error) => {
  expect(isMissingFile(error)).toBe(false);
});

async function failureOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => undefined,
    (error: unknown) => error,
  );
}
