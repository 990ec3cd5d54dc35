import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { refusal } from '../testing/refusal.ts';
import { countParseWork } from './parse-work.ts';

const options = { what: 'the text', maxWork: 30_000 };

it('admits what people write', () => {
  expect(countParseWork('resources:\n- a.yaml\n', options)).toBeLessThan(20);
  expect(countParseWork(`resources:\n${'- manifests/resource.yaml\n'.repeat(5000)}`, options)).toBeGreaterThan(5000);
  expect(countParseWork(`# ${'x'.repeat(200_000)}\n`, options)).toBeLessThan(1000);
});

const pieces = [
  ',',
  '[,',
  '- ',
  '? ',
  ': ',
  '&a ',
  '!a ',
  '"" ',
  ']',
  '{]',
  '*a ',
  '%a\n',
  '---\n',
  'a: b\n',
  "''",
  '#\n',
  '\n',
  '- a\n',
  '|\n',
  '{a: b, ',
];

it.each([
  '[,',
  '[a,',
  '- ',
  '? ',
  '&a ',
  '!a ',
  '"" ',
  ']',
  '{]',
  '*a ',
  '---\n',
  'a: b\n',
  '#\n',
  '\n',
  '- a\n',
  '- |\n',
  '{a: b, ',
])('refuses %j without end, before it is parsed', (piece) => {
  expect(() => countParseWork(piece.repeat(100_000), options)).toThrow(
    refusal(piece.includes('{a') || piece.includes('[') ? 'YAML_INVALID' : 'YAML_TOO_LARGE'),
  );
});

it('refuses commas without end in a list', () => {
  expect(() => countParseWork(`[${','.repeat(256 * 1024)}]`, options)).toThrow(refusal('YAML_TOO_LARGE'));
});

it('counts the lines of a text, which are work, too', () => {
  expect(countParseWork(`a: |${'\n'.repeat(250_000)}  b`, options)).toBeGreaterThan(4000);
});

it('refuses a text of escapes, and one that is nested without end', () => {
  expect(() => countParseWork(`"${'\\q'.repeat(20_000)}"`, options)).toThrow(refusal('YAML_TOO_LARGE'));
  expect(() => countParseWork('['.repeat(100), options)).toThrow(refusal('YAML_INVALID'));
});

it('counts no less than a tenth of what parsing takes, whatever the text', () => {
  const texts = fc
    .array(fc.constantFrom(...pieces), { minLength: 2000, maxLength: 4000 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const work = workOf(text);
      const started = performance.now();
      if (work !== undefined) parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
      // A unit is about five microseconds; a machine that is busy takes ten times that.
      expect(performance.now() - started).toBeLessThan(200 + (work ?? 0) * 0.05);
    }),
    { numRuns: 30 },
  );
});

function workOf(text: string): number | undefined {
  try {
    return countParseWork(text, options);
  } catch {
    return undefined;
  }
}
