import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLines } from './fit-lines.ts';
import { terminalStyle } from './style.ts';

const { green, dim } = terminalStyle;
// oxlint-disable-next-line no-control-regex -- styles are control sequences
const plain = (text: string): string => text.replaceAll(/\u001B\[\d+m/g, '');

describe('fitLines', () => {
  it('leaves what fits alone', () => {
    expect(fitLines(['  capsule  a', ''], 12)).toEqual(['  capsule  a', '']);
  });

  it('breaks between words, and goes on below the text of the line', () => {
    expect(fitLines(['  ✔ PAIR       one two three four five six seven eight'], 50)).toEqual([
      '  ✔ PAIR       one two three four five six seven',
      '               eight',
    ]);
    expect(fitLines([`${' '.repeat(20)}→ Do not deploy it. Find out why.`], 52)).toEqual([
      `${' '.repeat(20)}→ Do not deploy it. Find out`,
      `${' '.repeat(22)}why.`,
    ]);
    expect(fitLines(['hint:  one two three four five six seven'], 38)).toEqual(['hint:  one two three four five six', '       seven']);
  });

  it('keeps a word whole that is wider than what is left, and than the terminal', () => {
    const word = 'x'.repeat(36);

    expect(fitLines([`  a  b ${word} c`], 40)).toEqual(['  a  b', `    ${word}`, '     c']);
    expect(fitLines([`a b ${'y'.repeat(50)}`], 40)).toEqual(['a b', 'y'.repeat(50)]);
    expect(fitLines([`  capsule  ${word}`, `  image    ${word}`], 44)).toEqual([
      '  capsule',
      `        ${word}`,
      `  image ${word}`,
    ]);
  });

  it('does not count colours', () => {
    expect(fitLines([`  ${green('✔')} ${dim('abcd')} efgh`], 13)).toEqual([`  ${green('✔')} ${dim('abcd')} efgh`]);
  });

  it('loses no word and breaks none, and is no wider than the widest word', () => {
    const line = fc.array(fc.constantFrom('a', 'word', 'longer-words', '✔', green('✔'), dim('dimmed text'), 'error:', '→'), { maxLength: 40 });
    fc.assert(
      fc.property(line, fc.nat(4), fc.integer({ min: 30, max: 120 }), (words, indent, columns) => {
        const text = `${' '.repeat(indent)}${words.join(' ')}`;
        const fitted = fitLines([text], columns);

        expect(fitted.join(' ').split(/ +/).filter((word) => word !== '')).toEqual(text.split(/ +/).filter((word) => word !== ''));
        for (const one of fitted) expect(plain(one).length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
