import { base, entries, tar, withEntries, withReplaced } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { gzip } from './raw-gzip.ts';
import { behindPax, directory, file, paxRecord, type RawEntry } from './raw-tar.ts';

function order(name: string, build: () => Buffer): HostileArchive {
  return hostile('ARCHIVE_ORDER', `order: ${name}`, build);
}

function listed(list: readonly RawEntry[]): Buffer {
  return gzip(tar(list));
}

function swapped(first: number): readonly RawEntry[] {
  return [...entries.slice(0, first), ...entries.slice(first, first + 2).toReversed(), ...entries.slice(first + 2)];
}

function beyondAscii(name: string): RawEntry {
  return behindPax(base + name, paxRecord('path', base + name));
}

/** Archives whose entries are not exactly the files and their ancestors, once each, in order. */
export const orders: readonly HostileArchive[] = [
  order('a file twice', () => listed([...entries.slice(0, 3), ...entries.slice(2)])),
  order('a file twice, the second with other content', () => withEntries(file(`${base}deployment.yaml`, 'a: b\n'))),
  order('the record twice', () => listed([...entries, ...entries.slice(-1)])),
  order('the record twice, the first at the beginning', () => listed([...entries.slice(-1), ...entries])),
  order('a directory twice', () => withEntries(directory(base))),
  order('a file at the end once more', () => listed([...entries, ...entries.slice(1, 2)])),
  order('two files swapped', () => listed(swapped(6))),
  order('all entries backwards', () => listed(entries.toReversed())),
  order('a directory behind its file', () => listed(swapped(5))),
  order('no entry for the upper directory', () => listed(entries.slice(1))),
  order('no entry for a directory', () => listed(entries.filter(({ path }) => path !== base))),
  order('no entry for any directory', () => listed(entries.filter(({ path }) => !path.endsWith('/')))),
  order('an empty directory', () => withEntries(directory(`${base}empty/`))),
  order('an empty directory at the end', () => withEntries(directory('zzz/'))),
  order('an empty directory at the beginning', () => withEntries(directory('aaa/'))),
  order('directories that hold directories alone', () => withEntries(directory(`${base}x/`), directory(`${base}x/y/`))),
  order('a file in a directory of no entry', () => withEntries(file(`${base}x/y`, 'z'))),
  order('a directory sorted as if it had no slash', () => {
    const clash = [directory(`${base}a/`), file(`${base}a/b`), file(`${base}a-`)];
    return listed([...entries.slice(0, 6), ...clash, ...entries.slice(6)]);
  }),
  order('names sorted by UTF-16', () => {
    const [first, last] = [beyondAscii('\u{10348}'), beyondAscii('\uffee')];
    return listed([...entries.slice(0, 8), first, last, ...entries.slice(8)]);
  }),
  order('an empty directory in place of a file', () => {
    return withReplaced({ ...directory('metadata/sbom.json/'), path: 'metadata/sbom.json' });
  }),
];
