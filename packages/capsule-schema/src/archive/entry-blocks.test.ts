import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryPaths } from '../testing/arbitraries.ts';
import { type ArchiveEntry, encodeEntry, needsPax, padding, paxPathRecord } from './entry-blocks.ts';

const mtime = 1_795_167_211;

function entry(path: string, kind: ArchiveEntry['kind'] = 'file'): ArchiveEntry {
  return { path, kind, executable: false, size: 0 };
}

function nameOf(block: Buffer): string {
  return block.toString('latin1', 0, 100).replace(/\0+$/, '');
}

describe('needsPax', () => {
  it.each([
    ['a', false],
    ['n'.repeat(100), false],
    ['n'.repeat(101), true],
    [`${'n'.repeat(99)}/`, false],
    [`${'n'.repeat(100)}/`, true],
    ['é', true],
    ['\u{1f4e6}', true],
    ['\x7f', false],
  ])('says of %j: %s', (path, needed) => {
    expect(needsPax(path)).toBe(needed);
  });
});

describe('paxPathRecord', () => {
  it('begins with its own length, for every length that a path can have', () => {
    for (let length = 1; length <= 1100; length += 1) {
      const record = paxPathRecord('p'.repeat(length)).toString();
      const [digits] = record.split(' ', 1);
      expect(Number(digits)).toBe(record.length);
      expect(record).toBe(`${digits} path=${'p'.repeat(length)}\n`);
    }
  });

  it('counts bytes, not characters', () => {
    expect(paxPathRecord('é').toString()).toBe('11 path=é\n');
    expect(paxPathRecord('\u{1f4e6}').toString()).toBe('13 path=\u{1f4e6}\n');
  });
});

describe('encodeEntry', () => {
  it('writes one block where the path fits its field', () => {
    const blocks = encodeEntry(entry('n'.repeat(100)), mtime);
    expect(blocks.byteLength).toBe(512);
    expect(nameOf(blocks)).toBe('n'.repeat(100));
  });

  it('writes PAX header, path record and header where the path does not fit', () => {
    const path = 'n'.repeat(101);
    const blocks = encodeEntry(entry(path), mtime);
    expect(blocks.byteLength).toBe(3 * 512);
    expect(nameOf(blocks)).toBe('@PaxHeader');
    expect(blocks.toString('latin1', 156, 157)).toBe('x');
    expect(blocks.toString('latin1', 100, 108)).toBe('0000644\0');
    expect(blocks.toString('latin1', 136, 148)).toBe(`${mtime.toString(8).padStart(11, '0')}\0`);
    expect(blocks.toString('latin1', 124, 136)).toBe(`${(111).toString(8).padStart(11, '0')}\0`);
    expect(blocks.toString('latin1', 512, 1024)).toBe(`111 path=${path}\n`.padEnd(512, '\0'));
    expect(nameOf(blocks.subarray(1024))).toBe('@PaxPath');
  });

  it('ends the name of a directory in a slash, in the PAX record and beside it', () => {
    const blocks = encodeEntry(entry('é/', 'directory'), mtime);
    expect(blocks.toString('utf8', 512, 1024)).toBe('12 path=é/\n'.padEnd(511, '\0'));
    expect(nameOf(blocks.subarray(1024))).toBe('@PaxPath/');
  });

  it('writes the longest path into three blocks of record', () => {
    expect(encodeEntry(entry('é'.repeat(512)), mtime).byteLength).toBe((1 + 3 + 1) * 512);
  });

  it('fills whole blocks for any path', () => {
    fc.assert(
      fc.property(entryPaths, fc.boolean(), (path, executable) => {
        const blocks = encodeEntry({ ...entry(path), executable }, mtime);
        expect(blocks.byteLength % 512).toBe(0);
        expect(blocks.toString('latin1', blocks.byteLength - 412, blocks.byteLength - 404)).toBe(
          executable ? '0000755\0' : '0000644\0',
        );
      }),
    );
  });
});

describe('padding', () => {
  it.each([
    [0, 0],
    [1, 511],
    [511, 1],
    [512, 0],
    [513, 511],
  ])('fills the last block of %d bytes with %d zeros', (size, zeros) => {
    expect(padding(size)).toEqual(Buffer.alloc(zeros));
  });
});
