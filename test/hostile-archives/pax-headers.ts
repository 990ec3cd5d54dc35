import { base, withEntries } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { behindPax, directory, header, padded, pax, paxRecord, type RawHeader, size } from './raw-tar.ts';

const path = `${base}é.yaml`;
const pathRecord = paxRecord('path', path);

function records(name: string, ...parts: readonly (string | Uint8Array)[]): HostileArchive {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return hostile('ARCHIVE_NOT_CANONICAL', `PAX: ${name}`, () => withEntries(behindPax(path, bytes)));
}

function ownHeader(name: string, fields: RawHeader): HostileArchive {
  return hostile('ARCHIVE_NOT_CANONICAL', `PAX: ${name}`, () => withEntries(behindPax(path, pathRecord, fields)));
}

function paxHeader(name: string, fields: RawHeader): HostileArchive {
  return hostile('ARCHIVE_NOT_CANONICAL', `PAX: ${name}`, () => {
    const blocks = Buffer.concat([pax(pathRecord, fields), header({ name: '@PaxPath' })]);
    return withEntries({ path, blocks });
  });
}

function badPath(name: string, value: string | Uint8Array): HostileArchive {
  return hostile('PATH_INVALID', `PAX: ${name}`, () => withEntries(behindPax(path, paxRecord('path', value))));
}

/** PAX headers that say more than a path, say it otherwise, or say it of what needs none. */
export const paxHeaders: readonly HostileArchive[] = [
  records('a size', pathRecord, paxRecord('size', '0')),
  records('a size before the path', paxRecord('size', '1024'), pathRecord),
  records('a size alone', paxRecord('size', '1024')),
  records('a link path', pathRecord, paxRecord('linkpath', '/etc/passwd')),
  records('a time', pathRecord, paxRecord('mtime', '1795167211.5')),
  records('an owner', pathRecord, paxRecord('uid', '0')),
  records('a group name', pathRecord, paxRecord('gname', 'wheel')),
  records('a comment', pathRecord, paxRecord('comment', 'hello')),
  records('an extended attribute', pathRecord, paxRecord('SCHILY.xattr.user.x', 'y')),
  records('a sparse file', pathRecord, paxRecord('GNU.sparse.major', '1'), paxRecord('GNU.sparse.name', 'evil')),
  records('a character set', paxRecord('hdrcharset', 'BINARY'), pathRecord),
  records('two paths', pathRecord, paxRecord('path', `${base}ü.yaml`)),
  records('the same path twice', pathRecord, pathRecord),
  records('a length that is too great', pathRecord.toString().replace(/^\d+/, '99')),
  records('a length that is too small', pathRecord.toString().replace(/^\d+/, '12')),
  records('a length of zero', pathRecord.toString().replace(/^\d+/, '0')),
  records('a length with a leading zero', `0${pathRecord.toString()}`),
  records('a length with a sign', `+${pathRecord.toString()}`),
  records('a length with a blank', ` ${pathRecord.toString()}`),
  records('no length', pathRecord.toString().replace(/^\d+/, '')),
  records('no line end', pathRecord.subarray(0, -1)),
  records('NUL instead of the line end', pathRecord.subarray(0, -1), '\0'),
  records('bytes behind the record', pathRecord, 'x'),
  records('NULs behind the record', pathRecord, '\0\0\0'),
  records('a key in capitals', pathRecord.toString().replace('path', 'PATH')),
  records('a key that ends in path', pathRecord.toString().replace('path', 'xpath')),
  records('no record at all', ''),
  records('a blank', ' '),
  records('more than any path needs', Buffer.alloc(2000, 'x')),
  records('a short path of ASCII', paxRecord('path', `${base}evil`)),
  records('the path of another file', paxRecord('path', 'release.yaml')),
  records('the path of a directory on a file', paxRecord('path', `${path}/`)),
  ownHeader('the path cut short in the header behind it', { name: `${base}e.yaml` }),
  ownHeader('another path in the header behind it', { name: 'release.yaml' }),
  ownHeader('no name in the header behind it', { name: '' }),
  ownHeader('a directory with the path of a file', { name: '@PaxPath/', typeFlag: '5', mode: '0000755\0' }),
  ownHeader('a second PAX header', { name: '@PaxHeader', typeFlag: 'x' }),
  ownHeader('nothing but zeros behind it', zeros()),
  paxHeader('another name', { name: 'PaxHeaders.0/evil' }),
  paxHeader('another mode', { mode: '0000600\0' }),
  paxHeader('another owner', { uid: '0001750\0' }),
  paxHeader('another time', { mtime: `${'0'.repeat(11)}\0` }),
  paxHeader('a size of a megabyte', { size: size(1024 * 1024) }),
  paxHeader('a size that is too small', { size: size(4) }),
  paxHeader('a size in base 256', { size: `\x80${'\0'.repeat(10)}\x40` }),
  hostile('ARCHIVE_NOT_CANONICAL', 'PAX: bytes in the padding', () => {
    const content = padded(pathRecord);
    content.writeUInt8(1, 511);
    const own = header({ name: '@PaxPath' });
    const first = header({ name: '@PaxHeader', typeFlag: 'x', size: size(pathRecord.byteLength) });
    return withEntries({ path, blocks: Buffer.concat([first, content, own]) });
  }),
  hostile('ARCHIVE_NOT_CANONICAL', 'PAX: a header before a directory that needs none', () => {
    const { blocks } = directory(`${base}evil/`);
    return withEntries({ path, blocks: Buffer.concat([pax(paxRecord('path', `${base}evil/`)), blocks]) });
  }),
  hostile('ARCHIVE_NOT_CANONICAL', 'PAX: a header before the end', () => {
    return withEntries({ path: 'zzz', blocks: pax(pathRecord) });
  }),
  badPath('an absolute path', '/etc/passwd'),
  badPath('a path that climbs', '../../../../etc/passwd'),
  badPath('a path with NUL', `${base}a\0.yaml`),
  badPath('a path with a line end and a second record', `${base}é\n20 path=release.yaml`),
  badPath('an empty path', ''),
  badPath('a path that is not UTF-8', Buffer.from(`${base}\xe9`, 'latin1')),
  badPath('a path with an overlong slash', Buffer.concat([Buffer.from(base), Buffer.of(0xc0, 0xaf)])),
  badPath('a path in normalisation form D', `${base}e\u0301.yaml`),
];

function zeros(): RawHeader {
  const empty = { name: '', mode: '', uid: '', gid: '', size: '', mtime: '', typeFlag: '', magic: '', version: '' };
  return { ...empty, deviceMajor: '', deviceMinor: '', checksum: '' };
}
