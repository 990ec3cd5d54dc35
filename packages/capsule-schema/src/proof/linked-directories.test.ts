import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DereferencedLink } from '../record/release-record.ts';
import { checkSourceProof } from './check-source-proof.ts';
import { hashGitObject } from './git-object.ts';
import type { PackedFile, SourceProofSubject } from './source-proof-subject.ts';
import { around, capsule, codes, type Directory, packed, tree } from './testing/capsules.ts';

const app: Directory = {
  base: { link: 'latest' },
  latest: { link: 'base-v2' },
  'base-v2': { 'c.yaml': { file: 'c' }, 'run.sh': { file: '#!', executable: true }, more: { link: '../shared' } },
  'base-v1': { 'c.yaml': { file: 'old' }, 'run.sh': { file: '#!', executable: true } },
  shared: { 'd.yaml': { file: 'd' } },
};

describe('checkSourceProof, of links to directories', () => {
  const base = capsule({ k8s: { app } });
  const links = base.subject.source.dereferenced;
  const listing = (dereferenced: readonly DereferencedLink[], subject = base.subject): SourceProofSubject => (
    { ...subject, source: { ...subject.source, dereferenced } });
  const files = (change: (files: readonly PackedFile[]) => readonly PackedFile[]): SourceProofSubject => (
    { ...base.subject, files: change(base.subject.files) });
  const replaced = (path: string, changed: Partial<PackedFile>): SourceProofSubject => (
    files((all) => all.map((one) => (one.path === path ? { ...one, ...changed } : one))));

  it('finds the files below a link partial, with exactly the links that lead there', () => {
    expect(links).toEqual([
      { path: 'base', target: 'latest' }, { path: 'latest', target: 'base-v2' }, { path: 'base-v2/more', target: '../shared' },
    ]);
    expect(base.subject.files.map(({ path }) => path)).toEqual([
      'base-v1/c.yaml', 'base-v1/run.sh', 'base-v2/c.yaml', 'base-v2/more/d.yaml', 'base-v2/run.sh', 'base/c.yaml',
      'base/more/d.yaml', 'base/run.sh', 'latest/c.yaml', 'latest/more/d.yaml', 'latest/run.sh', 'shared/d.yaml',
    ]);
    expect(checkSourceProof(base.proof, base.subject)).toMatchObject({ state: 'partial', evidence: { dereferenced: 3, files: 12 } });
  });

  it.each<[string, readonly string[], SourceProofSubject]>([
    ['a link that the record does not list', ['ENTRY_UNSUPPORTED'], listing(links.filter(({ path }) => path !== 'base'))],
    ['a link on the way that it does not list', ['ENTRY_UNSUPPORTED', 'LINK_MISMATCH'], listing(links.filter(({ path }) => path !== 'latest'))],
    ['a link below a link that it does not list', ['ENTRY_UNSUPPORTED'], listing(links.filter(({ path }) => path !== 'base-v2/more'))],
    ['a link by the path that it is packed under', ['LINK_MISMATCH'], listing([...links, { path: 'base/more', target: '../shared' }])],
    ['a directory for a link', ['LINK_MISMATCH'], listing([...links, { path: 'shared', target: 'base-v2' }])],
    ['another directory than the link\'s', ['LINK_MISMATCH'], listing([...links.slice(1), { path: 'base', target: 'base-v1' }])],
    ['a dropped file below a link', ['FILE_MISSING'], files((all) => all.filter(({ path }) => path !== 'base/c.yaml'))],
    ['no file below a link', ['FILE_MISSING'], files((all) => all.filter(({ path }) => !path.startsWith('base/')))],
    ['another directory\'s file below a link', ['FILE_CHANGED'], replaced('base/c.yaml', packed('base/c.yaml', 'old', 'sha1'))],
    ['another mode below a link', ['MODE_CHANGED'], replaced('base/run.sh', { executable: false })],
    ['a file more below a link', ['FILE_FOREIGN'], files((all) => [...all, packed('base/x', 'x', 'sha1')])],
    ['a link packed as its text', ['FILE_FOREIGN'], files((all) => [...all, packed('base', 'latest', 'sha1')])],
  ])('refutes %s', (_, wanted, subject) => {
    const found = codes(checkSourceProof(base.proof, subject));
    expect([...new Set(found)].filter((code) => !['FILE_FOREIGN', 'TREE_SURPLUS'].includes(code) || wanted.includes(code)).sort())
      .toEqual(wanted);
  });

  it('refutes a proof without the trees that a link leads to, with more, or in another order', () => {
    const { proof, subject } = capsule({ k8s: { app } }, { include: ['base/**'] });
    expect(checkSourceProof(proof, subject)).toMatchObject({ state: 'partial', evidence: { files: 3 } });
    for (let index = 0; index < proof.trees.length; index += 1) {
      expect(codes(checkSourceProof({ ...proof, trees: proof.trees.toSpliced(index, 1) }, subject))).toContain('TREE_MISSING');
    }
    const surplus = [...proof.trees, ...base.proof.trees.slice(-1)];
    expect(codes(checkSourceProof({ ...proof, trees: surplus }, subject))).toEqual(['TREE_SURPLUS']);
    expect(codes(checkSourceProof({ ...proof, trees: proof.trees.toReversed() }, subject))).toEqual(['TREE_SURPLUS']);
  });

  it('refutes files below a link that only the patterns name, where the record does not list it', () => {
    const { proof, subject } = capsule({ k8s: { app } }, { include: ['base/**'] });
    expect(subject.source.dereferenced.map(({ path }) => path)).toEqual(['base', 'latest', 'base-v2/more']);
    expect(codes(checkSourceProof(proof, listing([], subject)))).toContain('FILE_FOREIGN');
    const other = [{ path: 'base', target: 'base-v1' }, ...subject.source.dereferenced.slice(1)];
    expect(codes(checkSourceProof(proof, listing(other, subject)))).toContain('LINK_MISMATCH');
  });

  it('refutes a circle of links', () => {
    const { proof, subject } = capsule({ k8s: { app: { a: { l: { link: '../b' } }, b: { m: { link: '../a' } } } } }, { unresolved: true });
    expect(codes(checkSourceProof(proof, subject))).toEqual(['LINK_MISMATCH', 'LINK_MISMATCH']);
  });

  it('refutes a few links that stand for billions of files, soon', () => {
    const levels = Array.from({ length: 40 }, (_, level): [string, Directory] => [
      `d${String(level).padStart(2, '0')}`,
      level === 0 ? { f: { file: 'f' } } : { a: { link: `../d${String(level - 1).padStart(2, '0')}` }, b: { link: `../d${String(level - 1).padStart(2, '0')}` } },
    ]);
    const { proof, subject } = capsule({ k8s: { app: Object.fromEntries(levels) } }, { exclude: ['*/*/**'] });
    const start = performance.now();
    expect(codes(checkSourceProof(proof, { ...subject, source: { ...subject.source, exclude: [] } }))).toEqual(['LIMIT_EXCEEDED']);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('refutes long chains of links through a large directory, soon', () => {
    const link = (target: string): string => hashGitObject('sha1', 'blob', Buffer.from(target));
    const plain = Array.from({ length: 100_000 }, (_, index) => ['100644', `f${index}`, 'x'] as const);
    const names = Array.from({ length: 256 }, (_, index) => `l${index}`);
    const targets = names.map((_, index) => ({ path: `l${index}`, target: `l${(index + 1) % 256}` }));
    const { proof, subject } = around(tree([...plain, ...targets.map(({ path, target }) => ['120000', path, link(target)] as const)]), []);
    const start = performance.now();
    const result = checkSourceProof(proof, { ...subject, source: { ...subject.source, include: ['l*'], dereferenced: targets } });
    expect(result).toMatchObject({ state: 'refuted', count: 256 });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('refutes a package that follows more links than a record may list', () => {
    const target = hashGitObject('sha1', 'blob', Buffer.from('f'));
    const names = Array.from({ length: 257 }, (_, index) => `l${index}`);
    const { proof, subject } = around(tree([['100644', 'f', 'x'], ...names.map((name) => ['120000', name, target] as const)]), []);
    const dereferenced = names.map((path) => ({ path, target: 'f' }));
    expect(codes(checkSourceProof(proof, { ...subject, source: { ...subject.source, dereferenced } }))).toEqual(['LIMIT_EXCEEDED']);
  });

  it('refutes every change of a file, of a link\'s text and of the list of links', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('bytes', 'mode', 'path', 'less', 'unlisted', 'retold'), (which, what) => {
        const index = which % base.subject.files.length;
        const at = which % links.length;
        const one = base.subject.files[index];
        const link = links[at];
        if (one === undefined || link === undefined) throw new Error('there are files and links');
        const changes: Record<string, SourceProofSubject> = {
          bytes: replaced(one.path, packed(one.path, 'other bytes', 'sha1')),
          mode: replaced(one.path, { executable: !one.executable }),
          path: replaced(one.path, { path: `${one.path}x` }),
          less: files((all) => all.toSpliced(index, 1)),
          unlisted: listing(links.toSpliced(at, 1)),
          retold: listing(links.toSpliced(at, 1, { ...link, target: `./${link.target}` })),
        };
        const subject = changes[what] ?? base.subject;
        expect(checkSourceProof(base.proof, subject).state).toBe('refuted');
      }),
    );
  });
});
