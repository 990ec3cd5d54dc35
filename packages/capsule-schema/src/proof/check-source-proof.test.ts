import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReleaseSource } from '../record/release-record.ts';
import { checkSourceProof } from './check-source-proof.ts';
import { hashGitObject } from './git-object.ts';
import type { PackedFile, SourceProofSubject } from './source-proof-subject.ts';
import { around, capsule, codes, committedAt, type Directory, type Node, packed, tree, withAddition } from './testing/capsules.ts';

const plain: Directory = {
  'README.md': { file: 'top' },
  k8s: { app: { 'a.yaml': { file: 'a: 1' }, 'run.sh': { file: '#!', executable: true },
    deep: { 'b.yaml': { file: 'b' } } } },
};

describe('checkSourceProof', () => {
  it('finds a whole directory complete', () => {
    const { proof, subject } = capsule(plain);
    const result = checkSourceProof(proof, subject);
    expect(result).toEqual({
      state: 'complete',
      evidence: {
        commit: subject.gitCommit, objectFormat: 'sha1', tree: subject.source.tree,
        files: 3, leftOutFiles: 0, leftOutDirectories: 0, dereferenced: 0, additions: 0,
      },
    });
  });

  it('finds the root of a SHA-256 repository complete', () => {
    const { proof, subject } = capsule(plain, { path: '.', format: 'sha256' });
    expect(checkSourceProof(proof, subject).state).toBe('complete');
  });

  it('finds a selection partial, and leaves directories that it rules out out of the proof', () => {
    const { proof, subject } = capsule(plain, { exclude: ['deep/**'] });
    expect(checkSourceProof(proof, subject)).toMatchObject({ state: 'partial',
      evidence: { files: 2, leftOutDirectories: 1 } });
    expect(proof.trees).toHaveLength(3);
  });

  it('stays complete where the patterns leave nothing out', () => {
    const { proof, subject } = capsule(plain, { include: ['**'], exclude: ['absent'] });
    expect(checkSourceProof(proof, subject).state).toBe('complete');
  });

  it('finds a listed addition partial', () => {
    const { proof, subject } = capsule(plain);
    expect(checkSourceProof(proof, withAddition(subject, 'charts/x.tgz')).state).toBe('partial');
  });

  it('follows dereferenced links, chains and links out of the selection', () => {
    const root = { k8s: { app: {
      'a.yaml': { link: './deep/c.yaml' }, deep: { 'c.yaml': { link: '../shared/s.sh' } },
      shared: { 's.sh': { file: 's', executable: true } },
    } } };
    const { proof, subject } = capsule(root, { exclude: ['shared/**'] });
    expect(subject.files.map(({ path, executable }) => [path, executable])).toEqual([['a.yaml', true],
      ['deep/c.yaml', true]]);
    expect(checkSourceProof(proof, subject)).toMatchObject({ state: 'partial',
      evidence: { dereferenced: 2, leftOutDirectories: 1 } });
  });

  describe('refutes', () => {
    const base = capsule(plain);
    const [first] = base.subject.files;
    const file = (path: string): PackedFile => packed(path, 'new', 'sha1');
    const source = (changed: Partial<ReleaseSource>): SourceProofSubject => (
      { ...base.subject, source: { ...base.subject.source, ...changed } });
    const files = (change: (files: readonly PackedFile[]) => readonly PackedFile[]): SourceProofSubject => (
      { ...base.subject, files: change(base.subject.files) });

    it.each<[string, string, SourceProofSubject]>([
      ['another commit', 'COMMIT_MISMATCH', { ...base.subject, gitCommit: 'a'.repeat(40) }],
      ['a commit id of another format', 'FORMAT_MISMATCH', { ...base.subject, gitCommit: 'a'.repeat(64) }],
      ['a commit id that is none', 'FORMAT_MISMATCH', { ...base.subject, gitCommit: '' }],
      ['another time', 'TIME_MISMATCH', { ...base.subject, committedAt: committedAt + 1 }],
      ['another tree', 'TREE_MISMATCH', source({ tree: 'b'.repeat(40) })],
      ['a directory that is not there', 'PATH_MISSING', source({ path: 'k8s/other' })],
      ['a file for a directory', 'PATH_MISSING', source({ path: 'README.md' })],
      ['a path that climbs', 'RECORD_INVALID', source({ path: 'k8s/../k8s/app' })],
      ['an absolute path', 'RECORD_INVALID', source({ path: '/' })],
      ['a sibling directory', 'TREE_MISMATCH', source({ path: 'k8s' })],
      ['a file that is not in the commit', 'FILE_FOREIGN', files((all) => [...all, file('new.yaml')])],
      ['a file in two copies', 'FILE_FOREIGN', files((all) => all.concat(all.slice(0, 1)))],
      ['a dropped file', 'FILE_MISSING', files((all) => all.slice(1))],
      ['a changed file', 'FILE_CHANGED', files(([one, ...rest]) => [{ ...file(one?.path ?? ''),
        executable: one?.executable ?? false }, ...rest])],
      ['a changed mode', 'MODE_CHANGED', files((all) => all.map((one) => ({ ...one, executable: true })))],
      ['no files at all', 'FILE_MISSING', files(() => [])],
      ['exclude patterns that packed files match', 'FILE_FOREIGN', source({ exclude: ['a.yaml'] })],
      ['include patterns that packed files do not match', 'FILE_FOREIGN', source({ include: ['deep/**'] })],
      ['a pattern outside the language', 'RECORD_INVALID', source({ exclude: ['{a}'] })],
      ['a link that is none', 'LINK_MISMATCH', source({ dereferenced: [{ path: 'a.yaml', target: 'run.sh' }] })],
      ['a link that is not there', 'LINK_MISMATCH', source({ dereferenced: [{ path: 'x', target: 'a.yaml' }] })],
      ['an addition over a file of the commit', 'ADDITION_MISMATCH',
        source({ additions: [{ path: 'a.yaml', sha256: first?.sha256 ?? '', reason: '' }] })],
      ['an addition that is not packed', 'ADDITION_MISMATCH',
        source({ additions: [{ path: 'x', sha256: '0'.repeat(64), reason: '' }] })],
      ['an addition of other bytes', 'ADDITION_MISMATCH', withAddition(base.subject, 'x', { sha256: '0'.repeat(64) })],
      ['an addition listed twice', 'ADDITION_MISMATCH', withAddition(withAddition(base.subject, 'x'), 'x')],
      ['an executable addition', 'MODE_CHANGED', withAddition(base.subject, 'x', { executable: true })],
    ])('%s', (_, code, subject) => {
      const result = checkSourceProof(base.proof, subject);
      expect(codes(result)).toContain(code);
    });

    it('a proof without its parts, with more, or in another order', () => {
      const { trees } = base.proof;
      for (let index = 0; index < trees.length; index += 1) {
        expect(codes(checkSourceProof({ ...base.proof, trees: trees.toSpliced(index, 1) },
          base.subject))).toContain('TREE_MISSING');
      }
      for (const more of [[...trees, ...trees.slice(0, 1)], [...trees, tree([['100644', 'x', 'sha']])],
        trees.toReversed()]) {
        expect(codes(checkSourceProof({ ...base.proof, trees: more }, base.subject))).toEqual(['TREE_SURPLUS']);
      }
    });

    it('an excluded addition that hides a file of the commit', () => {
      const { proof, subject } = capsule(plain, { exclude: ['a.yaml'] });
      expect(codes(checkSourceProof(proof, withAddition(subject, 'a.yaml')))).toEqual(['ADDITION_MISMATCH']);
    });

    it('a link that the record does not list, even with the bytes of its target', () => {
      const { proof, subject } = capsule({ k8s: { app: { a: { file: 'x' }, l: { link: 'a' } } } });
      const changed = { ...subject, source: { ...subject.source, dereferenced: [] } };
      expect(codes(checkSourceProof(proof, changed))).toEqual(['ENTRY_UNSUPPORTED']);
    });

    it('a link that the record lists twice', () => {
      const { proof, subject } = capsule({ k8s: { app: { a: { file: 'x' }, l: { link: 'a' } } } });
      const dereferenced = [{ path: 'l', target: 'b' }, ...subject.source.dereferenced];
      const changed = { ...subject, source: { ...subject.source, dereferenced } };
      expect(codes(checkSourceProof(proof, changed))).toEqual(['RECORD_INVALID']);
    });

    it('a link packed as its own text', () => {
      const { proof, subject } = capsule({ k8s: { app: { a: { file: 'x' }, l: { link: 'a' } } } });
      const changed = { ...subject, files: subject.files.map((one) => (one.path === 'l' ? packed('l', 'a',
        'sha1') : one)) };
      expect(codes(checkSourceProof(proof, changed))).toEqual(['FILE_CHANGED']);
    });

    it('a link whose listed text is not the commit\'s', () => {
      const root = { k8s: { app: { a: { file: 'x' }, b: { file: 'evil' }, l: { link: 'a' } } } };
      const { proof, subject } = capsule(root);
      const changed = {
        ...subject,
        source: { ...subject.source, dereferenced: [{ path: 'l', target: 'b' }] },
        files: subject.files.map((one) => (one.path === 'l' ? packed('l', 'evil', 'sha1') : one)),
      };
      expect(codes(checkSourceProof(proof, changed))).toEqual(['LINK_MISMATCH']);
    });

    it.each([['../README.md'], ['/etc/passwd'], ['../../README.md'], ['l'], ['.'], ['./'], ['absent'], ['deep/../a'], ['a/'],
      ['']])(
      'a link to %j',
      (target) => {
        const { proof, subject } = capsule({ 'README.md': { file: 'x' }, k8s: { app: { a: { file: 'x' },
          deep: { d: { file: 'd' } }, l: { file: 'x' } } } });
        const linked = capsule({ 'README.md': { file: 'x' },
          k8s: { app: { a: { file: 'x' }, deep: { d: { file: 'd' } }, l: { link: target } } } }, { unresolved: true });
        expect(checkSourceProof(proof, subject).state).toBe('complete');
        expect(codes(checkSourceProof(linked.proof,
          { ...linked.subject, files: subject.files }))).toEqual(['LINK_MISMATCH']);
      },
    );

    it('a submodule, unless the patterns leave it out', () => {
      const root: Directory = { k8s: { app: { a: { file: 'x' }, sub: { submodule: true } } } };
      const whole = capsule(root);
      expect(codes(checkSourceProof(whole.proof, whole.subject))).toEqual(['ENTRY_UNSUPPORTED']);
      const without = capsule(root, { exclude: ['sub'] });
      expect(checkSourceProof(without.proof, without.subject).state).toBe('partial');
    });

    it.each(['0100644', '100645', '104755', '644'])('a file of the mode %s', (mode) => {
      const app = tree([[mode, 'a', hashGitObject('sha1', 'blob', Buffer.from('x'))]]);
      const { proof, subject } = around(app, [packed('a', 'x', 'sha1')]);
      expect(codes(checkSourceProof(proof, subject))).toEqual(['OBJECT_INVALID']);
    });

    it.each([['100664', true], ['100775', false]])('the old mode %s packed as if executable were %s', (mode, executable) => {
      const app = tree([[mode, 'a', hashGitObject('sha1', 'blob', Buffer.from('x'))]]);
      const { proof, subject } = around(app, [{ ...packed('a', 'x', 'sha1'), executable }]);
      expect(codes(checkSourceProof(proof, subject))).toEqual(['MODE_CHANGED']);
      const right = { ...subject, files: [{ ...packed('a', 'x', 'sha1'), executable: !executable }] };
      expect(checkSourceProof(proof, right).state).toBe('complete');
    });

    it('a name that is not UTF-8, and the look-alike packed for it', () => {
      const id = hashGitObject('sha1', 'blob', Buffer.from('x'));
      const app = Buffer.concat([Buffer.from('100644 '), Buffer.from([0xff, 0]), Buffer.from(id, 'hex')]);
      const { proof, subject } = around(app, [packed('\ufffd', 'x', 'sha1')]);
      expect(codes(checkSourceProof(proof, subject))).toEqual(['ENTRY_UNSUPPORTED']);
    });

    it('a few trees that stand for billions of files, soon', () => {
      const trees = [tree([['100644', 'f', 'x']])];
      for (let level = 0; level < 20; level += 1) {
        const id = hashGitObject('sha1', 'tree', trees[0] ?? Buffer.alloc(0));
        trees.unshift(tree(Array.from({ length: 10 }, (_, index) => ['40000', `d${index}`, id] as const)));
      }
      const { proof, subject } = around(trees[0] ?? Buffer.alloc(0), []);
      const start = performance.now();
      const result = checkSourceProof({ ...proof, trees: [...proof.trees, ...trees.slice(1)] }, subject);
      expect(codes(result)).toEqual(['LIMIT_EXCEEDED']);
      expect(performance.now() - start).toBeLessThan(10_000);
    });

    it('trees nested without end', () => {
      const trees = [tree([['100644', 'f', 'x']])];
      for (let level = 0; level < 20_000; level += 1) {
        trees.push(tree([['40000', 'd', hashGitObject('sha1', 'tree', trees.at(-1) ?? Buffer.alloc(0))]]));
      }
      const { proof, subject } = around(trees.at(-1) ?? Buffer.alloc(0), []);
      const nested = { ...proof, trees: [...proof.trees, ...trees.toReversed().slice(1)] };
      expect(codes(checkSourceProof(nested, subject))).toEqual(['LIMIT_EXCEEDED']);
    });

    it('thousands of differences, with the first ten in words', () => {
      const many = Array.from({ length: 5_000 }, (_, index) => file(`f${index}`));
      const result = checkSourceProof(base.proof, files((all) => [...all, ...many]));
      expect(result).toMatchObject({ state: 'refuted', count: 5_000 });
      expect(result.state === 'refuted' && result.reasons).toHaveLength(10);
    });
  });

  it('finds every generated directory complete', () => {
    fc.assert(
      fc.property(directories, fc.constantFrom('sha1' as const, 'sha256' as const), (app, format) => {
        const { proof, subject } = capsule({ k8s: { app, other: { x: { file: 'x' } } } }, { format });
        expect(checkSourceProof(proof, subject).state).toBe('complete');
      }),
    );
  });

  it('finds every selection of a generated directory complete or partial', () => {
    const patterns = fc.array(fc.constantFrom('a', 'a/**', '**/b', '*', 'c*/**', '**/d/**'), { maxLength: 2 });
    fc.assert(
      fc.property(directories, patterns, patterns, (app, include, exclude) => {
        const { proof, subject } = capsule({ k8s: { app } }, { include, exclude });
        const all = capsule({ k8s: { app } }).subject.files.length;
        const state = checkSourceProof(proof, subject).state;
        expect(state).toBe(subject.files.length === all ? 'complete' : 'partial');
      }),
    );
  });

  it('refutes every change of one byte in any object of a proof', () => {
    fc.assert(
      fc.property(directories, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (app, which, where, flip) => {
        const { proof, subject } = capsule({ k8s: { app } });
        const objects = [proof.commit, ...proof.trees].map((bytes) => Buffer.from(bytes));
        const changed = objects[which % objects.length] ?? Buffer.alloc(1);
        const at = where % changed.length;
        changed[at] = (changed[at] ?? 0) ^ flip;
        const [commit = Buffer.alloc(0), ...trees] = objects;
        expect(checkSourceProof({ ...proof, commit, trees }, subject).state).toBe('refuted');
      }),
      { numRuns: 500 },
    );
  });

  it('refutes every change of a file\'s bytes, mode or path, and every file more or less', () => {
    fc.assert(
      fc.property(directories, fc.nat(), fc.constantFrom('bytes', 'mode', 'path', 'more', 'less'),
        (app, which, what) => {
        const { proof, subject } = capsule({ k8s: { app } });
        const index = which % subject.files.length;
        const one = subject.files[index];
        if (one === undefined) throw new Error('a generated directory has a file');
        const changes: Record<string, readonly PackedFile[]> = {
          bytes: [{ ...packed(one.path, 'other bytes', 'sha1'), executable: one.executable }],
          mode: [{ ...one, executable: !one.executable }],
          path: [{ ...one, path: `${one.path}x` }],
          more: [one, { ...one, path: `${one.path}x` }],
          less: [],
        };
        const files = subject.files.toSpliced(index, 1, ...(changes[what] ?? []));
        expect(checkSourceProof(proof, { ...subject, files }).state).toBe('refuted');
      }),
      { numRuns: 500 },
    );
  });

  it('judges any objects at all without throwing, and never in their favour', () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const { subject } = capsule(plain);
    fc.assert(
      fc.property(bytes, fc.array(bytes), (commit, trees) => {
        expect(checkSourceProof({ objectFormat: 'sha1', commit, trees }, subject).state).toBe('refuted');
      }),
    );
  });
});

const names = fc.constantFrom('a', 'b', 'c.yaml', 'cd', 'd', 'é', 'a.b', 'z-1');
const leaf = fc.record({ file: fc.string({ maxLength: 8 }).filter((text) => text !== 'other bytes'),
  executable: fc.boolean() });
const { directories } = fc.letrec<{ directories: Directory; node: Node }>((tie) => ({
  directories: fc.dictionary(names, tie('node'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof({ maxDepth: 3 }, leaf, tie('directories')),
}));
