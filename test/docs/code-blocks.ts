import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../rules/source-files.ts';

/** A fenced block of a page. */
export interface CodeBlock {
  /** The page, relative to the workspace. */
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The first word after the fence, empty where there is none. */
  readonly language: string;
  /** The comment on the line before, without its brackets; empty where there is none. */
  readonly mark: string;
  readonly text: string;
}

/** Lists the pages that people follow: the readmes, and the guides and contracts in docs. */
export function listPages(): readonly string[] {
  const folders = ['packages', 'examples'].flatMap((parent) => namesIn(parent).map((name) => join(parent, name)));
  const docs = namesIn('docs').filter((name) => name.endsWith('.md'));
  const readmes = folders.filter((folder) => namesIn(folder).includes('README.md'));
  return ['README.md', ...docs.map((name) => join('docs', name)), ...readmes.map((folder) => join(folder, 'README.md'))];
}

/**
 * Reads the fenced blocks of a page.
 * @throws {Error} where a fence is left open: all that follows would be taken for a block.
 */
export function readCodeBlocks(page: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: Omit<CodeBlock, 'text'> | undefined;
  let content: string[] = [];
  let previous = '';
  for (const [index, line] of readFileSync(join(workspaceRoot, page), 'utf8').split('\n').entries()) {
    const [, info] = /^\s*```(.*)$/.exec(line) ?? [];
    if (open === undefined && info !== undefined) {
      const mark = /^<!-- (.+) -->$/.exec(previous)?.[1] ?? '';
      open = { page, line: index + 1, language: info.trim().split(' ')[0] ?? '', mark };
    } else if (open !== undefined && info !== undefined) {
      blocks.push({ ...open, text: `${content.join('\n')}\n` });
      open = undefined;
      content = [];
    } else if (open !== undefined) content.push(line);
    previous = line;
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block is never closed.`);
  return blocks;
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(join(workspaceRoot, folder));
}
