import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSourceFiles, workspaceRoot } from './rules/source-files.ts';

const pages = ['.', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(join(workspaceRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links to pages and headings that are there', () => {
    const links = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(page, link))).toEqual([]);
  });

  test('names files of the workspace that are there', () => {
    const paths = [...text.matchAll(/`((?:packages|test|scripts|docs|examples|bench)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    expect(paths.filter((path) => !existsSync(join(workspaceRoot, path)))).toEqual([]);
  });
});

test('ARCHITECTURE.md names source files that are there', () => {
  const sources = readSourceFiles('packages').map(({ path }) => `/${path}`);
  const named = [...read('ARCHITECTURE.md').matchAll(/`([\w/-]+\.ts)`/g)].map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !path.startsWith('test/') && !sources.some((source) => source.endsWith(`/${path}`)))).toEqual([]);
});

function read(page: string): string {
  return readFileSync(join(workspaceRoot, page), 'utf8');
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(workspaceRoot, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** The anchors that GitHub gives headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
