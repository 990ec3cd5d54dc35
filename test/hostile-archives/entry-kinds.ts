import { base, withEntries } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { entry, file, pax, paxRecord, type RawEntry, type RawHeader, size } from './raw-tar.ts';

const path = `${base}evil`;

function kind(name: string, fields: RawHeader, ...more: readonly RawEntry[]): HostileArchive {
  return hostile('ARCHIVE_ENTRY_FORBIDDEN', name, () => withEntries(entry(path, fields), ...more));
}

/** Writes a header of GNU's, whose content is the name of the entry behind it. */
function gnuLongName(typeFlag: string): RawEntry {
  const long = `${base}${'n'.repeat(120)}\0`;
  const { blocks } = entry('././@LongLink', { typeFlag, size: size(long.length) }, long);
  return { path, blocks: Buffer.concat([blocks, file(long.slice(0, 100), 'x').blocks]) };
}

/** Writes the header of a whole archive, as `git archive` does with the commit's id. */
function globalPax(record: Uint8Array): RawEntry {
  return { path, blocks: pax(record, { name: 'pax_global_header', typeFlag: 'g' }) };
}

/** Entries that are neither file nor directory. */
export const entryKinds: readonly HostileArchive[] = [
  kind('a symbolic link within the package', { typeFlag: '2', linkName: 'deployment.yaml' }),
  kind('a symbolic link to an absolute path', { typeFlag: '2', linkName: '/etc/passwd' }),
  kind('a symbolic link out of the package', { typeFlag: '2', linkName: '../../../../../etc/passwd' }),
  kind('a symbolic link to nowhere', { typeFlag: '2' }),
  kind('a symbolic link with content', { typeFlag: '2', linkName: 'deployment.yaml', size: size(512) }),
  kind('a symbolic link and a file below it', { typeFlag: '2', linkName: '/tmp' }, file(`${path}/x`, 'x')),
  kind('a symbolic link with a slash', { name: `${path}/`, typeFlag: '2', linkName: '/tmp' }),
  kind('a hard link within the package', { typeFlag: '1', linkName: `${base}deployment.yaml` }),
  kind('a hard link to an absolute path', { typeFlag: '1', linkName: '/etc/passwd' }),
  kind('a hard link out of the package', { typeFlag: '1', linkName: '../../../etc/passwd' }),
  kind('a hard link to itself', { typeFlag: '1', linkName: path }),
  kind('a hard link with content', { typeFlag: '1', linkName: `${base}deployment.yaml`, size: size(512) }),
  kind('a character device', { typeFlag: '3', deviceMajor: '0000001\0', deviceMinor: '0000003\0' }),
  kind('a block device', { typeFlag: '4', deviceMajor: '0000010\0' }),
  kind('a FIFO', { typeFlag: '6' }),
  kind('a contiguous file', { typeFlag: '7' }),
  kind('a file of the pre-POSIX format', { typeFlag: '\0' }),
  kind('a directory of the pre-POSIX format', { name: `${path}/`, typeFlag: '\0', mode: '0000755\0' }),
  kind('an entry of the reserved type 8', { typeFlag: '8' }),
  kind('an entry of the unknown type Z', { typeFlag: 'Z' }),
  kind('an entry of a type that is a blank', { typeFlag: ' ' }),
  kind('an entry of a type beyond ASCII', { typeFlag: '\xb0' }),
  kind('a GNU sparse file', { typeFlag: 'S', magic: 'ustar ', version: ' \0' }),
  kind('a GNU directory listing', { typeFlag: 'D' }),
  kind('a GNU multi-volume continuation', { typeFlag: 'M' }),
  kind('a GNU volume label', { typeFlag: 'V' }),
  kind('a Solaris extended header', { typeFlag: 'X' }),
  kind('an inode of star', { typeFlag: 'I' }),
  hostile('ARCHIVE_ENTRY_FORBIDDEN', 'a GNU long name', () => withEntries(gnuLongName('L'))),
  hostile('ARCHIVE_ENTRY_FORBIDDEN', 'a GNU long link name', () => withEntries(gnuLongName('K'))),
  hostile('ARCHIVE_ENTRY_FORBIDDEN', 'a global PAX header with a comment', () => {
    return withEntries(globalPax(paxRecord('comment', '0'.repeat(40))));
  }),
  hostile('ARCHIVE_ENTRY_FORBIDDEN', 'a global PAX header with a path', () => {
    return withEntries(globalPax(paxRecord('path', '../../evil')));
  }),
  hostile('ARCHIVE_ENTRY_FORBIDDEN', 'a symbolic link behind a PAX header', () => {
    const records = paxRecord('path', `${base}é`);
    const { blocks } = entry('@PaxPath', { typeFlag: '2', linkName: '/etc/passwd' });
    return withEntries({ path, blocks: Buffer.concat([pax(records), blocks]) });
  }),
  hostile('ARCHIVE_NOT_CANONICAL', 'a link whose target stands in a PAX header', () => {
    const records = Buffer.concat([paxRecord('path', `${base}é`), paxRecord('linkpath', '/etc/passwd')]);
    const { blocks } = entry('@PaxPath', { typeFlag: '1' });
    return withEntries({ path, blocks: Buffer.concat([pax(records), blocks]) });
  }),
];
