import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitSource } from './git-source.ts';
import type { SourcePackage } from './source.ts';
import { type GitFixture, gitFixture, readAll, selecting, testEnv } from './testing/git-fixture.ts';
import { proveSource } from './testing/prove-source.ts';

describe('gitSource, of trees with old modes', () => {
  it('packs and proves what git checks out, for every mode that is accepted', async () => {
    const digit = fc.integer({ min: 0, max: 7 });
    const accepted = fc.tuple(digit, digit, digit)
      .filter(([owner, group, others]) => (owner & 1) === 1 || ((group | others) & 1) === 0)
      .map((digits) => `100${digits.join('')}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(accepted, { minLength: 1, maxLength: 6 }), async (modes) => {
        using repository = gitFixture();
        const commit = commitModes(repository, modes);
        const opened = await open(repository, commit);
        const listed = repository.git('ls-tree', commit).split('\n').map((line) => line.slice(0, 6));
        expect(opened.files.map(({ executable }) => (executable ? '100755' : '100644'))).toEqual(listed);
        expect(await readAll(opened)).toEqual(Object.fromEntries(modes.map((_, index) => [nameOf(index), 'a'])));
        expect((await proveSource(opened, selecting())).state).toBe('complete');
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it.each(['100645', '100601', '104755', '120777', '040000', '0100644', '644', '170000'])('refuses the mode %s', async (mode) => {
    using repository = gitFixture();
    const commit = commitModes(repository, ['100644', mode]);
    await expect(open(repository, commit)).rejects.toMatchObject({
      code: 'GIT_OBJECT_INVALID', message: expect.stringContaining(`"${mode}"`),
    });
  });
});

function open(repository: GitFixture, revision: string): Promise<SourcePackage> {
  return gitSource({ directory: repository.directory, revision, env: testEnv }).open(selecting());
}

// The index knows today's modes only, so the tree is written byte by byte, as an old git wrote it.
function commitModes(repository: GitFixture, modes: readonly string[]): string {
  repository.commit({ a: 'a' });
  const id = Buffer.from(repository.git('rev-parse', 'HEAD:a'), 'hex');
  const entries = modes.map((mode, index) => Buffer.concat([Buffer.from(`${mode} ${nameOf(index)}\0`), id]));
  writeFileSync(join(repository.directory, 'tree'), Buffer.concat(entries));
  const tree = repository.git('hash-object', '-w', '-t', 'tree', '--literally', 'tree');
  return repository.git('commit-tree', '-m', 'm', tree);
}

function nameOf(index: number): string {
  return `f${index}`;
}
