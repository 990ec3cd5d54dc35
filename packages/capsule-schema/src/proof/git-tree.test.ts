import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { gitEnvironment as env } from '../testing/git-environment.ts';
import { type GitEntryKind, parseGitTree } from './git-tree.ts';

const blob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'; // the empty blob
const subtree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'; // the empty tree

let repository = '';
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'git-tree-'));
  execFileSync('git', ['init', '-q', repository], { env });
  const git = (args: string[]): Buffer => execFileSync('git', ['-C', repository, ...args], { env, input: '' });
  git(['hash-object', '-w', '--stdin']);
  git(['hash-object', '-w', '-t', 'tree', '--stdin']);
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

describe('parseGitTree', () => {
  it('reads every kind of entry, in git\'s order', () => {
    const entries = parseGitTree(tree(['100644', 'a.b'], ['40000', 'a'], ['100755', 'b'], ['120000', 'c'],
      ['160000', 'd']), 'sha1');
    expect(entries.map(({ kind, name }) => [kind, Buffer.from(name).toString()])).toEqual([
      ['file', 'a.b'], ['tree', 'a'], ['executable', 'b'], ['link', 'c'], ['submodule', 'd'],
    ]);
  });

  it('reads a SHA-256 tree, and not as a SHA-1 one', () => {
    const body = Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(32, 7)]);
    expect(parseGitTree(body, 'sha256')).toHaveLength(1);
    expect(() => parseGitTree(body, 'sha1')).toThrow(SchemaError);
  });

  it('refuses a tree over the limit before reading it', () => {
    const body = new Uint8Array(8 * 1024 * 1024 + 1);
    expect(() => parseGitTree(body, 'sha1')).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });

  it('gives a value or a SchemaError for any bytes', () => {
    const near = fc.array(fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(...nearTrees)), { maxLength: 6 });
    fc.assert(
      fc.property(near, (parts) => {
        typedOnly(() => parseGitTree(Buffer.concat(parts), 'sha1'));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(sameVerdict())('judges as git fsck --strict does: %s', (_, body) => {
    expect({ accepted: accepts(body) }).toEqual({ accepted: fsckAccepts(body) });
  });

  it.each([
    ['100664', 'file'], ['100600', 'file'], ['100640', 'file'], ['100666', 'file'], ['100000', 'file'],
    ['100775', 'executable'], ['100777', 'executable'], ['100744', 'executable'], ['100700', 'executable'],
    ['100100', 'executable'],
  ])('reads the mode %s of old repositories as %s', (mode, kind) => {
    expect(parseGitTree(tree([mode, 'a']), 'sha1')).toMatchObject([{ kind }]);
  });

  it('reads a mode only as git checks the file out, and never where git fsck --strict fails', () => {
    const octal = fc.integer({ min: 0, max: 0o777 }).map((bits) => bits.toString(8).padStart(3, '0'));
    const mode = fc.tuple(fc.constantFrom('', '0', '10', '40', '100', '0100', '102', '104', '120', '160', '1100'), octal);
    fc.assert(
      fc.property(mode.map((parts) => parts.join('')), (text) => {
        const [kind] = kindsOf(tree([text, 'a']));
        if (kind === undefined) return;
        expect({ text, kind, fsck: fsckAccepts(tree([text, 'a'])) }).toEqual({ text, kind: checkedOut(text), fsck: true });
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  // git only warns of these (badFilemode) or says nothing, but other readers of trees take them for something else.
  it.each([
    '100645', '100654', '100611', '100010', '100001', '102644', '101644', '104755', '106755', '40755', '40777', '120777',
    '120644', '160755', '140644', '110644', '170000', '777777', '200000', '644', '755', '1', '777', '10064', '20644',
    '1100644', '1040000',
  ])('refuses the mode %s, which git does not', (mode) => {
    const body = tree([mode, 'a']);
    expect(fsckAccepts(body)).toBe(true);
    expect(() => parseGitTree(body, 'sha1')).toThrow(expect.objectContaining({ code: 'GIT_OBJECT_INVALID' }));
  });

  it('never accepts what git fsck --strict refuses, for mutated trees', () => {
    const names = fc.array(
      fc.stringMatching(/^[.gitGIT~1 :\\-]{1,8}$/).map((name) => Buffer.from(name)),
      { minLength: 1, maxLength: 2 },
    );
    const mode = fc.constantFrom('100644', '100755', '120000', '40000', '100664', '040000');
    fc.assert(
      fc.property(names, mode, (parts, first) => {
        const body = tree(...parts.map((name): Entry => [first, name]));
        if (accepts(body)) expect(fsckAccepts(body)).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});

type Entry = readonly [mode: string, name: string | Uint8Array, id?: string];

function tree(...entries: readonly Entry[]): Buffer {
  return Buffer.concat(entries.map(([mode, name, id]) => {
    const type = Number.parseInt(mode, 8) & 0o170000;
    const natural = type === 0o040000 ? subtree : type === 0o160000 ? '1'.repeat(40) : blob;
    return Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]),
      Buffer.from(id ?? natural, 'hex')]);
  }));
}

function sameVerdict(): [string, Buffer][] {
  const one = (mode: string, ...names: (string | Uint8Array)[]): [string, Buffer][] =>
    names.map((name) => [`${mode} ${JSON.stringify(Buffer.from(name).toString('latin1'))}`, tree([mode, name])]);
  const raw = (...bytes: number[]): Buffer => Buffer.from(bytes);
  return [
    ['an empty tree', Buffer.alloc(0)],
    ...['100644', '100755', '120000', '160000', '40000'].flatMap((mode) => one(mode, 'a')),
    ...['040000', '0100644', '0', 'abc'].flatMap((mode) => one(mode, 'a')),
    ...one('100644', '.', '..', '...', 'a/b', '/', '.git', '.GIT', '.gIt', '.gitx', 'git', '.git ', '.git.', '.git . .',
      '.git ...x', 'git~1', 'GIT~1', 'git~1 ', 'git~2', 'git~10', '.git::$INDEX_ALLOCATION', '.git:x', '.git\\x',
      'a\\.git',
      'a\\b\\git~1', 'a\\.gitx', '\\', '.g\u200cit', '.\u200dgit', '\u200e.git', '.git\ufeff', '.gi\u206ft',
      '.gi\u2070t',
      '.git\ufffe', '.gıt', '.gitmodule', ' .git', '-', ' ', 'a b', '\u0001'),
    ...one('100644', raw(0x2e, 0x67, 0x69, 0x74, 0xff), raw(0x2e, 0x67, 0x69, 0x74, 0x61, 0xff), raw(0xff),
      raw(0xc0, 0xae)),
    ...one('100644', raw(0x2e, 0x67, 0x69, 0x74, 0xef, 0xbf, 0xbd), raw(0x2e, 0x67, 0x69, 0x74, 0xed, 0xa0, 0x80)),
    ...one('120000', '.gitmodules', '.GITMODULES', 'gitmod~1', 'GITMOD~4', 'gitmod~5', 'gi7eba~1', 'gi7eb~12',
      'gi7e~123',
      'gi7~1234', 'gi~12345', 'g~123456', '~1234567', '~0234567', 'gi7eba~0', 'gi7eba~1 .', '.gitmodules ',
      '.gitmodules:x',
      '.gitmodules\\x', 'a\\.gitmodules', 'a\\gi7eba~1', '.git\u200cmodules', '.gitmodulesx', '.gitignore',
      '.gitattributes'),
    ['a file named like the directory before it', tree(['40000', 'a'], ['100644', 'a'])],
    ['a directory named like the file before it', tree(['100644', 'a'], ['40000', 'a'])],
    ['the same, with names between', tree(['100644', 'a'], ['100644', 'a.b'], ['40000', 'a'])],
    ['a name twice', tree(['100644', 'a'], ['100644', 'a'])],
    ['names out of order', tree(['100644', 'b'], ['100644', 'a'])],
    ['a directory sorted as a file', tree(['40000', 'a'], ['100644', 'a.b'])],
    ['a directory sorted as a directory', tree(['100644', 'a.b'], ['40000', 'a'])],
    ['a null id', tree(['100644', 'a', '0'.repeat(40)])],
    ['an entry cut short', tree(['100644', 'a']).subarray(0, -1)],
    ['bytes after the last entry', Buffer.concat([tree(['100644', 'a']), Buffer.from('x')])],
    ['an empty name', tree(['100644', ''])],
    ['a mode without a name', Buffer.from('100644')],
    ['two spaces after the mode', tree(['100644 ', 'a'])],
  ];
}

const nearTrees = [tree(['100644', 'a']), tree(['40000', 'b']), Buffer.from('100644 '), Buffer.alloc(20, 1),
  Buffer.from([0])];

function accepts(body: Buffer): boolean {
  let accepted = false;
  typedOnly(() => {
    parseGitTree(body, 'sha1');
    accepted = true;
  });
  return accepted;
}

function kindsOf(body: Buffer): readonly GitEntryKind[] {
  let found: readonly GitEntryKind[] = [];
  typedOnly(() => {
    found = parseGitTree(body, 'sha1').map(({ kind }) => kind);
  });
  return found;
}

/** What git takes a mode for, when it lists a tree or checks it out. */
function checkedOut(mode: string): GitEntryKind | undefined {
  const id = writeTree(tree([mode, 'a']));
  const [shown = ''] = execFileSync('git', ['-C', repository, 'ls-tree', id], { env }).toString().split(' ');
  removeTree(id);
  return gitKinds[shown];
}

const gitKinds: Readonly<Record<string, GitEntryKind>> = {
  '100644': 'file', '100755': 'executable', '120000': 'link', '160000': 'submodule', '040000': 'tree',
};

function fsckAccepts(body: Buffer): boolean {
  // Names with gitmodules in them make fsck look into the blob, which is empty here and so fine.
  const id = writeTree(body);
  const check = spawnSync('git', ['-C', repository, 'fsck', '--strict', '--no-dangling', '--no-reflogs', id], { env });
  removeTree(id);
  return check.status === 0;
}

function writeTree(body: Buffer): string {
  const args = ['-C', repository, 'hash-object', '-w', '-t', 'tree', '--literally', '--stdin'];
  return execFileSync('git', args, { env, input: body }).toString().trim();
}

function removeTree(id: string): void {
  if ([blob, subtree].includes(id)) return;
  rmSync(join(repository, '.git/objects', id.slice(0, 2), id.slice(2)), { force: true });
}

function typedOnly(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
  }
}
