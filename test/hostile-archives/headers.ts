import { base, withEntries, withReplaced } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { checksum, directory, entry, file, header, octal, padded, type RawHeader, size } from './raw-tar.ts';

const path = `${base}evil`;

function fields(name: string, changed: RawHeader, content = ''): HostileArchive {
  return hostile('ARCHIVE_NOT_CANONICAL', `header: ${name}`, () => withEntries(file(path, content, changed)));
}

function ofDirectory(name: string, changed: RawHeader): HostileArchive {
  return hostile('ARCHIVE_NOT_CANONICAL', `directory: ${name}`, () => withReplaced(directory(base, changed)));
}

/** Spells the right checksum of a file's header in another way. */
function checksumAs(name: string, spell: (sum: number) => string): HostileArchive {
  return hostile('ARCHIVE_NOT_CANONICAL', `header: ${name}`, () => {
    const sum = checksum(header({ name: path, checksum: '        ' }));
    return withEntries(entry(path, { checksum: spell(sum) }));
  });
}

function lyingSize(code: HostileArchive['code'], name: string, stated: string, content: string): HostileArchive {
  return hostile(code, `size: ${name}`, () => withEntries(entry(path, { size: stated }, content)));
}

const lines = 'one: 1\n'.repeat(200);

/** Headers with a byte that a capsule's archive does not have. */
export const headers: readonly HostileArchive[] = [
  fields('mode 0600', { mode: '0000600\0' }),
  fields('mode 0000', { mode: '0000000\0' }),
  fields('mode 0777', { mode: '0000777\0' }),
  fields('mode 0744', { mode: '0000744\0' }),
  fields('mode 04755', { mode: '0004755\0' }),
  fields('mode 02755', { mode: '0002755\0' }),
  fields('mode 0100644', { mode: '0100644\0' }),
  fields('a mode with a blank', { mode: '000644 \0' }),
  fields('a mode that begins with a blank', { mode: ' 000644\0' }),
  fields('a mode that is no number', { mode: '0000648\0' }),
  fields('another user', { uid: '0001750\0' }),
  fields('another group', { gid: '0001750\0' }),
  fields('a user in base 256', { uid: '\x80\0\0\0\0\0\0\0' }),
  fields('an empty user', { uid: '\0'.repeat(8) }),
  fields('a user name', { userName: 'root' }),
  fields('a group name', { groupName: 'wheel' }),
  fields('the time 0', { mtime: `${'0'.repeat(11)}\0` }),
  fields('another time', { mtime: '15300011754\0' }),
  fields('a time with a blank', { mtime: '15300011753 ' }),
  fields('a link name on a file', { linkName: '/etc/passwd' }),
  fields('the magic of GNU', { magic: 'ustar ', version: ' \0' }),
  fields('no magic, as before POSIX', { magic: '\0'.repeat(6), version: '\0\0' }),
  fields('another version', { version: '01' }),
  fields('a device number', { deviceMajor: '0000001\0' }),
  fields('another device number', { deviceMinor: '0000001\0' }),
  fields('empty device numbers', { deviceMajor: '\0'.repeat(8), deviceMinor: '\0'.repeat(8) }),
  fields('a prefix', { name: 'evil', prefix: base.slice(0, -1) }),
  fields('a prefix that climbs', { prefix: '../..' }),
  fields('bytes behind the NUL of the name', { name: `${path}\0hidden` }),
  fields('bytes at the end of the block', { rest: 'tar\0' }),
  fields('the mark of star', { rest: '\0\0\0\0\0\0\0\0tar\0' }),
  fields('a wrong checksum', { checksum: '000000\0 ' }),
  fields('no checksum', { checksum: '\0'.repeat(8) }),
  fields('a checksum that is no number', { checksum: 'ffffff\0 ' }),
  checksumAs('a checksum that ends in blank and NUL', (sum) => `${octal(sum, 6)} \0`),
  checksumAs('a checksum of seven digits', (sum) => `${octal(sum, 7)}\0`),
  checksumAs('a checksum of eight digits', (sum) => octal(sum, 8)),
  checksumAs('a checksum that begins with blanks', (sum) => `${octal(sum, 0).padStart(6, ' ')}\0 `),
  fields('a size in base 256', { size: `\x80${'\0'.repeat(11)}` }),
  fields('a negative size in base 256', { size: '\xff'.repeat(12) }),
  fields('a negative size', { size: '-0000000001\0' }),
  fields('a size that begins with blanks', { size: '          7\0' }, 'content'),
  fields('a size that ends in a blank', { size: '00000000007 ' }, 'content'),
  fields('a size of twelve digits', { size: '000000000007' }, 'content'),
  fields('a short size', { size: '7\0' }, 'content'),
  fields('an empty size', { size: '\0'.repeat(12) }),
  fields('a size in hexadecimal', { size: '0x000000007\0' }, 'content'),
  lyingSize('ARCHIVE_ENTRY_FORBIDDEN', 'none, and content behind it', size(0), lines),
  lyingSize('ARCHIVE_NOT_CANONICAL', 'smaller by a block', size(lines.length - 512), lines),
  lyingSize('ARCHIVE_NOT_CANONICAL', 'smaller by a byte, which then hides in the padding', size(6), 'content'),
  lyingSize('PACKAGE_KIND_MISMATCH', 'so great that it swallows the next entry', size(512 + 1024), 'content'),
  lyingSize('ARCHIVE_TRUNCATED', 'greater than what is left', size(1024 * 1024), 'content'),
  lyingSize('LIMIT_EXCEEDED', 'one byte beyond the limit', size(50 * 1024 * 1024 + 1), 'content'),
  lyingSize('LIMIT_EXCEEDED', 'the greatest that octal digits hold', '77777777777\0', 'content'),
  hostile('ARCHIVE_NOT_CANONICAL', 'header: bytes in the padding', () => {
    const blocks = Buffer.concat([header({ name: path, size: size(7) }), padded('content')]);
    blocks.write('hidden', 512 + 506, 'latin1');
    return withEntries({ path, blocks });
  }),
  ofDirectory('mode 0644', { mode: '0000644\0' }),
  ofDirectory('mode 0777', { mode: '0000777\0' }),
  ofDirectory('mode 01755', { mode: '0001755\0' }),
  ofDirectory('a size', { size: size(512) }),
  ofDirectory('a link name', { linkName: '/etc' }),
  ofDirectory('another time', { mtime: '15300011754\0' }),
  ofDirectory('no slash', { name: base.slice(0, -1) }),
  hostile('ARCHIVE_NOT_CANONICAL', 'header: a file whose name ends in a slash', () => withEntries(file(`${path}/`))),
];
