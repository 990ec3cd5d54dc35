import { describe, expect, it } from 'vitest';
import { encodeTarHeader, type TarHeader } from './tar-header.ts';

// The table of docs/format.md, written out byte by byte rather than taken from the code.
const constantFields: readonly (readonly [field: string, offset: number, bytes: string])[] = [
  ['uid', 108, '0000000\0'],
  ['gid', 116, '0000000\0'],
  ['linkname', 157, '\0'.repeat(100)],
  ['magic', 257, 'ustar\0'],
  ['version', 263, '00'],
  ['uname', 265, '\0'.repeat(32)],
  ['gname', 297, '\0'.repeat(32)],
  ['devmajor', 329, '0000000\0'],
  ['devminor', 337, '0000000\0'],
  ['prefix', 345, '\0'.repeat(155)],
  ['the end of the block', 500, '\0'.repeat(12)],
];

const file: TarHeader = { name: 'release.yaml', mode: 0o644, size: 1234, mtime: 1_795_167_211, typeFlag: '0' };

function bytesAt(header: TarHeader, offset: number, length: number): string {
  return encodeTarHeader(header).toString('latin1', offset, offset + length);
}

describe('encodeTarHeader', () => {
  it('fills one block', () => {
    expect(encodeTarHeader(file).byteLength).toBe(512);
  });

  it.each(constantFields)('always writes the same %s', (_field, offset, bytes) => {
    for (const header of [file, { ...file, mode: 0o755, typeFlag: '5', size: 0 } as const]) {
      expect(bytesAt(header, offset, bytes.length)).toBe(bytes);
    }
  });

  it('writes the name from the first byte, filled up with NUL', () => {
    expect(bytesAt(file, 0, 100)).toBe(`release.yaml${'\0'.repeat(88)}`);
  });

  it('leaves no NUL behind a name of 100 bytes, and does not touch the mode', () => {
    const header = { ...file, name: 'n'.repeat(100) };
    expect(bytesAt(header, 0, 108)).toBe(`${'n'.repeat(100)}0000644\0`);
  });

  it.each([
    [0o644, '0000644\0'],
    [0o755, '0000755\0'],
  ] as const)('writes mode %o in seven octal digits and a NUL', (mode, bytes) => {
    expect(bytesAt({ ...file, mode }, 100, 8)).toBe(bytes);
  });

  it.each([
    [0, '00000000000\0'],
    [1234, '00000002322\0'],
    [2 ** 33 - 1, '77777777777\0'],
  ])('writes the number %d in eleven octal digits and a NUL', (number, bytes) => {
    expect(bytesAt({ ...file, size: number }, 124, 12)).toBe(bytes);
    expect(bytesAt({ ...file, mtime: number }, 136, 12)).toBe(bytes);
  });

  it.each(['0', '5', 'x'] as const)('writes the type flag %s', (typeFlag) => {
    expect(bytesAt({ ...file, typeFlag }, 156, 1)).toBe(typeFlag);
  });

  it('writes the checksum as six octal digits, NUL and blank, over a block whose checksum is blanks', () => {
    const block = encodeTarHeader(file);
    const blank = Buffer.from(block).fill(' ', 148, 156);
    const sum = blank.reduce((total, byte) => total + byte, 0);
    expect(block.toString('latin1', 148, 156)).toBe(`${sum.toString(8).padStart(6, '0')}\0 `);
  });
});
