import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listPages } from './docs/code-blocks.ts';
import { headingAnchors } from './markdown.ts';
import { workspaceRoot } from './rules/source-files.ts';

const repository = 'https://github.com/release-capsule/release-capsule';
const publicFile = new RegExp(`^${repository}/(?:blob|tree)/main/`);
const publicFront = new RegExp(`^${repository}(?=#|$)`);
const pages = [...listPages(), 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'];

test.each(pages)('the links of %s lead somewhere', (page) => {
  const broken = linksOf(page).filter(({ path, anchor }) => !leadsSomewhere(path, anchor));
  expect(broken.map(({ link }) => link)).toEqual([]);
});

test('docs/README.md lists every page of docs', () => {
  const listed = new Set(linksOf('docs/README.md').map(({ path }) => path));
  expect(listPages().filter((page) => /^docs\/(?!README)[^/]+\.md$/.test(page) && !listed.has(page))).toEqual([]);
});

interface Link {
  readonly link: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** Empty where the whole page is meant. */
  readonly anchor: string;
}

/** Lists the links into this repository, those by its public address among them. */
function linksOf(page: string): readonly Link[] {
  // Without code: a pattern there can look like a link.
  const text = readFileSync(join(workspaceRoot, page), 'utf8').replaceAll(/^```[\s\S]*?^```|`[^`\n]*`/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    const inside = link.replace(publicFile, '/').replace(publicFront, '/README.md');
    if (/^\w+:/.test(inside)) return [];
    const [path = '', anchor = ''] = inside.split('#');
    if (path === '') return [{ link, anchor, path: page }];
    return [{ link, anchor, path: path.startsWith('/') ? path.slice(1) : join(dirname(page), path) }];
  });
}

function leadsSomewhere(path: string, anchor: string): boolean {
  const target = join(workspaceRoot, path);
  if (!existsSync(target)) return false;
  return anchor === '' || !path.endsWith('.md') || anchor === 'readme' || headingAnchors(readFileSync(target, 'utf8')).has(anchor);
}
