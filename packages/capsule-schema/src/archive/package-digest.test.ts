import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { trees } from '../testing/arbitraries.ts';
import { type TreeFile, treeFile } from '../testing/trees.ts';
import { packageDigest } from './package-digest.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'package-digest-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function digestOf(tree: readonly TreeFile[]): string {
  return packageDigest(tree.map(({ path, bytes }) => ({ path, sha256: sha256(bytes).slice('sha256:'.length) })));
}

// The command by which docs/format.md lets people check a digest by hand.
const recipe = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0r sha256sum -- | sha256sum";
const needed = "find . -maxdepth 0 -printf '' && sort -z </dev/null && xargs -0r sha256sum </dev/null && sha256sum </dev/null";

function digestByShell(tree: readonly TreeFile[]): string {
  const root = mkdtempSync(join(directory, 'tree-'));
  for (const { path, bytes } of tree) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  const output = execFileSync('sh', ['-c', recipe], { cwd: root }).toString();
  return `sha256:${output.slice(0, 64)}`;
}

describe('packageDigest', () => {
  it('is the digest of nothing for no files', () => {
    expect(packageDigest([])).toBe(sha256(Buffer.alloc(0)));
  });

  it('is the SHA-256 of one line a file', () => {
    const lines = `${'b'.repeat(64)}  a\n${'a'.repeat(64)}  b c\n`;
    const files = [{ path: 'b c', sha256: 'a'.repeat(64) }, { path: 'a', sha256: 'b'.repeat(64) }];
    expect(packageDigest(files)).toBe(sha256(Buffer.from(lines)));
  });

  it('is what find, sort and sha256sum compute', { timeout: 60_000 }, (context) => {
    context.skip(spawnSync('sh', ['-c', needed]).status !== 0, 'needs find, sort, xargs and sha256sum of GNU');
    const tree = ['é/b', 'a-b', 'a/b', 'a b', '\uffee', '\u{10348}', "it's \"q\""].map((path) => treeFile(path));
    expect(digestOf(tree)).toBe(digestByShell(tree));
    fc.assert(
      fc.property(trees, (files) => {
        expect(digestOf(files)).toBe(digestByShell(files));
      }),
      { numRuns: 25 },
    );
  });

  it('does not depend on the order of the files, and does on each path and byte', () => {
    const tree = [treeFile('a', '1'), treeFile('b', '2')];
    expect(digestOf(tree.toReversed())).toBe(digestOf(tree));
    expect(digestOf([treeFile('a', '2'), treeFile('b', '1')])).not.toBe(digestOf(tree));
    expect(digestOf([treeFile('a', '1'), treeFile('c', '2')])).not.toBe(digestOf(tree));
  });
});
