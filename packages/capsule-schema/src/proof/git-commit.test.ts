import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { gitEnvironment as env } from '../testing/git-environment.ts';
import { parseGitCommit } from './git-commit.ts';
import { gitBlobHasher, gitObjectFormat, hashGitObject } from './git-object.ts';

const tree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const author = 'author A U Thor <a@example.com> 1700000000 +0100\n';
const committer = 'committer C <c@example.com> 1700000001 -0500\n';
const good = `tree ${tree}\nparent ${'1'.repeat(40)}\n${author}${committer}\nmessage\n`;

const parse = (text: string): ReturnType<typeof parseGitCommit> => parseGitCommit(Buffer.from(text), 'sha1');

describe('parseGitCommit', () => {
  it('reads tree, parents and committer time', () => {
    expect(parse(good)).toEqual({ tree, parents: ['1'.repeat(40)], committedAt: 1_700_000_001 });
  });

  it.each([
    ['a root commit', `tree ${tree}\n${author}${committer}\n`],
    ['no message at all', `tree ${tree}\n${author}${committer}`],
    ['an empty name', `tree ${tree}\nauthor  <> 0 +0000\ncommitter  <> 0 +0000\n\n`],
    ['a signature', `tree ${tree}\n${author}${committer}gpgsig -----BEGIN\n author x\n -----END\nencoding x\n\nm`],
    ['header words in the message', `${good}tree x\nauthor y\n`],
  ])('reads a commit with %s', (_, text) => {
    expect(parse(text).tree).toBe(tree);
  });

  it.each([
    ['no bytes', ''],
    ['no tree', `${author}${committer}\n`],
    ['a tree in capitals', good.replace(tree, tree.toUpperCase())],
    ['a short tree id', good.replace(tree, tree.slice(1))],
    ['a SHA-256 tree id', good.replace(tree, 'a'.repeat(64))],
    ['a second tree', good.replace(author, `tree ${tree}\n${author}`)],
    ['a second tree below', good.replace(committer, `${committer}tree ${tree}\n`)],
    ['a second committer', good.replace(committer, committer + committer)],
    ['a second author', good.replace(author, author + author)],
    ['a parent below the author', good.replace(committer, `${committer}parent ${'1'.repeat(40)}\n`)],
    ['a broken parent', good.replace('1'.repeat(40), 'x')],
    ['no author', good.replace(author, '')],
    ['no committer', good.replace(committer, '')],
    ['committer first', good.replace(author + committer, committer + author)],
    ['a NUL byte', `${good}\0`],
    ['a time with a leading zero', good.replaceAll('1700000001', '01700000001')],
    ['a negative time', good.replaceAll('1700000001', '-1')],
    ['a time beyond all integers', good.replaceAll('1700000001', '9999999999999999')],
    ['a zone of three digits', good.replace('-0500', '-050')],
    ['no zone', good.replace(' -0500', '')],
    ['an address that does not end', good.replace('<c@example.com>', '<c@example.com')],
    ['no space before the address', good.replace('C <', 'C<')],
    ['no name and no space', good.replace('C <c', '<c')],
    ['a carriage return after the zone', good.replace('-0500', '-0500\r')],
    ['a header that does not end', `tree ${tree}\n${author}${committer.trimEnd()}`],
  ])('refuses a commit with %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'GIT_OBJECT_INVALID' }));
  });

  it('refuses a commit over the limit', () => {
    expect(() => parse(good + 'x'.repeat(1024 * 1024))).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('gives a value or a SchemaError for any bytes and any change of a good commit', () => {
    const mutated = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(good);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), mutated), fc.constantFrom('sha1' as const, 'sha256' as const),
        (bytes, format) => {
        try {
          parseGitCommit(bytes, format);
        } catch (error) {
          if (!(error instanceof SchemaError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('hashGitObject', () => {
  it.each(['sha1', 'sha256'] as const)('names a blob as git does, whole and in chunks (%s)', (format) => {
    const directory = mkdtempSync(join(tmpdir(), 'git-object-'));
    try {
      execFileSync('git', ['init', '-q', `--object-format=${format}`, directory], { env });
      const body = Buffer.from('some\0bytes\r\n');
      const id = execFileSync('git', ['-C', directory, 'hash-object', '--stdin'], { env, input: body }).toString().trim();
      const hasher = gitBlobHasher(format, body.length);
      hasher.update(body.subarray(0, 3));
      hasher.update(body.subarray(3));
      expect([hashGitObject(format, 'blob', body), hasher.digest(), gitObjectFormat(id)]).toEqual([id, id, format]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('refuses a blob that is shorter or longer than announced', () => {
    const hasher = gitBlobHasher('sha1', 2);
    hasher.update(Buffer.from('abc'));
    expect(() => hasher.digest()).toThrow(expect.objectContaining({ code: 'GIT_OBJECT_INVALID' }));
    expect(() => gitBlobHasher('sha1', 1).digest()).toThrow(SchemaError);
  });

  it.each(['', 'HEAD', 'A'.repeat(40), 'a'.repeat(41), `${'a'.repeat(40)}\n`])('takes %j for no object id', (id) => {
    expect(() => gitObjectFormat(id)).toThrow(SchemaError);
  });
});
