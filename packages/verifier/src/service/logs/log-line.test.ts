import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLine } from './log-line.ts';

test('whatever is logged is one line of printable ASCII that says it again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 512 }), (text) => {
      const line = formatLine({ text });
      expect(line).toMatch(/^[\x20-\x7e]+\n$/);
      expect(JSON.parse(line)).toEqual({ text });
    }),
  );
});

test('what is long is cut, and what is absent left out', () => {
  const line = JSON.parse(formatLine({ text: 'x'.repeat(2001), list: Array.from({ length: 40 }, () => 'y'), absent: undefined }));

  expect(line).toEqual({ text: `${'x'.repeat(2000)}...`, list: Array.from({ length: 32 }, () => 'y') });
});
