import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import type { ArchiveEntry } from './entry-blocks.ts';
import { EntryOrder } from './entry-order.ts';

function read(paths: readonly string[], maxEntries = 100): void {
  const order = new EntryOrder(maxEntries);
  for (const path of paths) order.next(entry(path));
  order.end();
}

function entry(path: string): ArchiveEntry {
  return { path, kind: path.endsWith('/') ? 'directory' : 'file', executable: false, size: 0 };
}

describe('EntryOrder', () => {
  it.each([
    { paths: [] },
    { paths: ['a'] },
    { paths: ['a/', 'a/b'] },
    { paths: ['a-', 'a/', 'a/b', 'a/c/', 'a/c/d', 'a0'] },
    { paths: ['\uffee', '\u{10348}'] },
  ])('takes $paths', ({ paths }) => {
    expect(() => read(paths)).not.toThrow();
  });

  it.each([
    { why: 'a duplicate file', paths: ['a', 'a'] },
    { why: 'a duplicate directory', paths: ['a/', 'a/', 'a/b'] },
    { why: 'files out of order', paths: ['b', 'a'] },
    { why: 'order by UTF-16', paths: ['\u{10348}', '\uffee'] },
    { why: 'a directory sorted without its slash', paths: ['a/', 'a/b', 'a-'] },
    { why: 'a directory behind what it holds', paths: ['a/b', 'a/'] },
    { why: 'a file without its directory', paths: ['a/b'] },
    { why: 'a file whose upper directory alone is there', paths: ['a/', 'a/b/c'] },
    { why: 'a directory without its own', paths: ['a/b/', 'a/b/c'] },
    { why: 'an empty directory at the end', paths: ['a', 'b/'] },
    { why: 'an empty directory between', paths: ['a/', 'b'] },
    { why: 'an empty directory within one', paths: ['a/', 'a/b/', 'a/c'] },
    { why: 'a directory filled by one alone that is empty', paths: ['a/', 'a/b/'] },
  ])('refuses $why', ({ paths }) => {
    expect(() => read(paths)).toThrow(refusal('ARCHIVE_ORDER'));
  });

  it.each([
    { why: 'a file that is also a directory', paths: ['a', 'a/', 'a/b'] },
    { why: 'two files of one case', paths: ['A', 'a'] },
    { why: 'two directories of one case', paths: ['A/', 'A/b', 'a/', 'a/c'] },
    { why: 'a file and a directory of one case', paths: ['A', 'a/', 'a/c'] },
  ])('refuses $why', ({ paths }) => {
    expect(() => read(paths)).toThrow(refusal('PATH_COLLISION'));
  });

  it('counts directories among the entries', () => {
    expect(() => read(['a/', 'a/b'], 2)).not.toThrow();
    expect(() => read(['a/', 'a/b', 'c'], 2)).toThrow(refusal('LIMIT_EXCEEDED'));
  });
});
