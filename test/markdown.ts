import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './rules/source-files.ts';

/** One row of a table, by the column's heading. */
export type Row = Readonly<Record<string, string>>;

/** Reads a page of the documentation. */
export function readPage(name: string): string {
  return readFileSync(join(workspaceRoot, 'docs', name), 'utf8');
}

/** Cuts out the section below a heading, up to the next heading of its level or above. */
export function section(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`there is no heading "${heading}"`);
  const level = heading.indexOf(' ');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return (end === -1 ? rest : rest.slice(0, end)).join('\n');
}

/** The anchors that GitHub gives the headings of a page. */
export function headingAnchors(page: string): ReadonlySet<string> {
  const headings = [...page.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')));
}

/** Reads the rows of every table of a text, of all tables together. */
export function tableRows(text: string): readonly Row[] {
  const rows: Row[] = [];
  let headings: readonly string[] | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) headings = undefined;
    else if (headings === undefined) headings = cells(line);
    else if (!/^\|[\s:|-]+$/.test(line)) rows.push(rowOf(headings, cells(line)));
  }
  return rows;
}

/** Takes the code marks off a cell that holds nothing else. */
export function unquoted(cell: string | undefined): string {
  return (cell ?? '').replace(/^`(.*)`$/s, '$1');
}

/** Lists the fenced blocks whose info string is `yaml <mark>`. */
export function yamlBlocks(page: string, mark: string): readonly string[] {
  return [...page.matchAll(/^```yaml ([\w-]+)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === mark)
    .map((match) => match[2] ?? '');
}

function rowOf(headings: readonly string[], values: readonly string[]): Row {
  return Object.fromEntries(headings.map((heading, index) => [heading, values[index] ?? '']));
}

function cells(line: string): readonly string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
