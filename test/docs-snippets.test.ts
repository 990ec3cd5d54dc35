import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CodeBlock, listPages, readCodeBlocks } from './docs/code-blocks.ts';
import { workspaceRoot } from './rules/source-files.ts';

const snippets = listPages().flatMap(readCodeBlocks).filter(({ language }) => ['ts', 'typescript', 'js', 'javascript'].includes(language));

test('every library shows code', () => {
  const libraries = ['capsule-schema', 'oci', 'packer', 'verifier'].map((name) => `packages/${name}/README.md`);
  const pages = new Set(snippets.map(({ page }) => page));
  expect(libraries.filter((page) => !pages.has(page))).toEqual([]);
});

test.each(snippets)('the code at $page:$line is that of a program which the tests run', (snippet) => {
  const program = readFileSync(join(workspaceRoot, programOf(snippet)), 'utf8');
  // Paragraph by paragraph and in the same order: a snippet may leave out what it need not show.
  let from = 0;
  for (const paragraph of snippet.text.trim().split('\n\n')) {
    const at = `\n${program}`.indexOf(`\n${paragraph}\n`, from);
    expect(at, `not in ${programOf(snippet)}, or in another order:\n${paragraph}`).not.toBe(-1);
    from = at + paragraph.length;
  }
});

function programOf({ page, line, mark }: CodeBlock): string {
  const [, path] = /^from: (examples\/\S+\.ts)$/.exec(mark) ?? [];
  if (path === undefined) throw new Error(`${page}:${line} must follow a comment "from: examples/...".`);
  return path;
}
