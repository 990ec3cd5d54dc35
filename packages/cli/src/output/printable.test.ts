import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';
import { terminalStyle } from './style.ts';

describe('printable', () => {
  it('leaves ordinary text and our own styles alone', () => {
    const line = `${terminalStyle.green('✔')} ${terminalStyle.bold('größer')} 🚀`;

    expect(printable(line, { keepStyle: true })).toBe(line);
  });

  it.each([
    ['a cursor movement', '\u001B[2A', '\\u{1b}[2A'],
    ['a line break before a workflow command', 'x\n::set-env name=A::b', 'x\\u{a}::set-env name=A::b'],
    ['a carriage return', 'refused\raccepted', 'refused\\u{d}accepted'],
    ['a C1 control sequence introducer', '\u009B31m', '\\u{9b}31m'],
    ['a right-to-left override', '\u202Etxt.exe', '\\u{202e}txt.exe'],
    ['a hyperlink', '\u001B]8;;https://evil\u0007x', '\\u{1b}]8;;https://evil\\u{7}x'],
    ['an invisible tag', '\u{E0041}', '\\u{e0041}'],
    ['a blank at which a line is not broken: what is wide could begin a line of its own', '\u2714\u00A0accepted\u3000x', '\u2714\\u{a0}accepted\\u{3000}x'],
  ])('writes out %s', (_what, text, wanted) => {
    expect(printable(text, { keepStyle: true })).toBe(wanted);
  });

  it('writes out styles where there are to be none', () => {
    expect(printable(terminalStyle.red('x'), { keepStyle: false })).toBe('\\u{1b}[31mx\\u{1b}[39m');
  });

  it('leaves nothing unprintable in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text, { keepStyle: false })).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
      }),
    );
  });
});
