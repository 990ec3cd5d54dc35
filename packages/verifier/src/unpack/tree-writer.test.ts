import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TreeWriter } from './tree-writer.ts';

// What is written has its mode from the umask, too.
const umask = process.umask(0o022);
afterAll(() => void process.umask(umask));

let directory: string;
let root: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'capsule-tree-'));
  root = join(directory, 'root');
  mkdirSync(root);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const writer = new TreeWriter(root, { isDurable: false });
  const entry = { path, kind: 'file', executable: false, size: text.length } as const;
  try {
    writer.beginEntry(entry);
    writer.fileData(Buffer.from(text));
    writer.endEntry();
  } finally {
    writer.close();
  }
}

describe('TreeWriter', () => {
  it('writes a file in pieces, and an empty one', () => {
    const writer = new TreeWriter(root, { isDurable: true });
    for (const text of ['', 'abc']) {
      writer.beginEntry({ path: `file${text}`, kind: 'file', executable: text !== '', size: text.length });
      for (const character of text) writer.fileData(Buffer.from(character));
      writer.endEntry();
    }

    expect(readFileSync(join(root, 'fileabc'), 'utf8')).toBe('abc');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('');
    expect(lstatSync(join(root, 'fileabc')).mode & 0o777).toBe(0o755);
  });

  it('lists the directories that it made, parents first', () => {
    const writer = new TreeWriter(root, { isDurable: false });
    for (const path of ['a/', 'a/b/']) writer.beginEntry({ path, kind: 'directory', executable: false, size: 0 });

    expect(writer.directories).toEqual(['a/', 'a/b/']);
    expect(readdirSync(root, { recursive: true })).toEqual(['a', 'a/b']);
  });

  it('follows no link that somebody has put in its way, and overwrites nothing', () => {
    const outside = join(directory, 'outside');
    writeFileSync(outside, 'mine');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync(join(directory, 'made'), join(root, 'dangling'));
    writeFileSync(join(root, 'file'), 'mine');

    for (const path of ['link', 'dangling', 'file']) expect(() => write(path, 'evil')).toThrow(/EEXIST/);

    expect(readFileSync(outside, 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('mine');
    expect(readdirSync(directory).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['outside', 'root']);
  });

  it('makes no directory where something is already', () => {
    symlinkSync(directory, join(root, 'd'));
    const writer = new TreeWriter(root, { isDurable: false });

    expect(() => writer.beginEntry({ path: 'd/', kind: 'directory', executable: false, size: 0 })).toThrow(/EEXIST/);
  });

  it('closes a file that an error has left open, once', () => {
    const writer = new TreeWriter(root, { isDurable: false });
    writer.beginEntry({ path: 'file', kind: 'file', executable: false, size: 9 });

    writer.close();
    writer.close();

    expect(() => writer.fileData(Buffer.from('late'))).not.toThrow();
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('');
  });
});
