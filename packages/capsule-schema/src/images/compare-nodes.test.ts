import { describe, expect, it } from 'vitest';
import { isSameBut } from './compare-nodes.ts';
import { renderedDocuments } from './rendered-yaml.ts';

function isSame(before: string, after: string, expected: ReadonlyMap<number, string> = new Map()): boolean {
  const [first] = renderedDocuments(`---\n${before}`, 'a');
  const [second] = renderedDocuments(`---\n${after}`, 'b');
  if (first === undefined || second === undefined) throw new Error('there is no document');
  return isSameBut(first, second, expected);
}

describe('isSameBut', () => {
  it('takes a document for itself, with other comments and spaces too', () => {
    expect(isSame('a: &x !t [1, *x2, {b: "c"}]'.replace('*x2', '2'), 'a:   &x !t\n  [1,2,  {b: "c"}] # d')).toBe(true);
    expect(isSame('', '# nothing')).toBe(true);
    expect(isSame('a: !!binary aGk=', 'a: !!binary aGk=')).toBe(true);
  });

  it.each([
    ['a value', 'a: 1', 'a: 2'],
    ['a spelling', 'a: 1', 'a: "1"'],
    ['a key', 'a: 1', 'b: 1'],
    ['a kind', 'a: [b]', 'a: {b: }'],
    ['a tag', 'a: b', 'a: !t b'],
    ['an anchor', 'a: b', 'a: &c b'],
    ['an alias', 'a: &b c\nd: &e f\ng: *b', 'a: &b c\nd: &e f\ng: *e'],
    ['an alias for its value', 'a: &b c\nd: *b', 'a: &b c\nd: c'],
    ['a number of items', 'a: [b]', 'a: [b, c]'],
    ['an order', 'a: 1\nb: 2', 'b: 2\na: 1'],
    ['a missing value', 'a:', 'a: ""'],
    ['the end of a block', 'a: |\n  b', 'a: |-\n  b'],
    ['a tagged value', 'a: !!binary aGk=', 'a: !!binary aGo='],
    ['an empty document', 'a: 1', ''],
  ])('sees another %s', (_, before, after) => {
    expect(isSame(before, after)).toBe(false);
    expect(isSame(after, before)).toBe(false);
  });

  it('wants of an expected scalar that it has the new text, and only of that one', () => {
    expect(isSame('a: b', 'a: c', new Map([[7, 'c']]))).toBe(true);
    expect(isSame('a: b', 'a: "c"', new Map([[7, 'c']]))).toBe(true);
    expect(isSame('a: b', 'a: b', new Map([[7, 'c']]))).toBe(false);
    expect(isSame('a: b\nd: b', 'a: c\nd: c', new Map([[7, 'c']]))).toBe(false);
    expect(isSame('a: b', 'a: [c]', new Map([[7, 'c']]))).toBe(false);
    expect(isSame('a: b', 'a: !t c', new Map([[7, 'c']]))).toBe(false);
  });
});
