import { base, entries, tar, withEntries } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { gzip } from './raw-gzip.ts';
import { file, type RawEntry } from './raw-tar.ts';

const MiB = 1024 * 1024;

/** As many bytes as a file may have, which compress to about a hundredth: not enough for the limit on the ratio. */
function fullFile(name: string): RawEntry {
  const content = Buffer.alloc(50 * MiB);
  let state = 1;
  for (let offset = 0; offset < content.byteLength; offset += 128) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt8(state >>> 24, offset);
  }
  return file(`${base}${name}`, content);
}

/** Layers that unpack to more than a reader has room for. */
export const bombs: readonly HostileArchive[] = [
  hostile('LIMIT_EXCEEDED', 'bomb: a file of zeros', () => withEntries(file(`${base}zeros`, Buffer.alloc(20 * MiB)))),
  hostile('ARCHIVE_TRAILING_BYTES', 'bomb: zeros behind the end', () => gzip(tar(entries, Buffer.alloc(40 * MiB)))),
  hostile('LIMIT_EXCEEDED', 'bomb: more than 100 MiB in files that are each within bounds', () => {
    return withEntries(fullFile('a'), fullFile('b'), file(`${base}c`, 'one more'));
  }),
  hostile('LIMIT_EXCEEDED', 'bomb: more entries than a reader takes', () => {
    return withEntries(...Array.from({ length: 20_001 }, (_, index) => file(`${base}${index}`, `${index * 7919}`)));
  }),
  hostile('PATH_INVALID', 'bomb: a layer within a layer', () => gzip(gzip(tar(entries), { level: 0 }))),
];
