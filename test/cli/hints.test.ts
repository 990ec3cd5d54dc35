import { describe, expect, test } from 'vitest';
import { fallbackHints } from '../../packages/cli/src/output/fallback-hints.ts';
import { readPage, section, tableRows, unquoted } from '../markdown.ts';

describe.each(Object.entries(fallbackHints))('the hints for %s', (name, hints: Readonly<Record<string, string>>) => {
  test('say what docs/errors.md says, without its marks', () => {
    const rows = tableRows(section(readPage('errors.md'), `## ${name}`));
    const documented = rows.map((row) => [unquoted(row['code']), plain(row['what to do'] ?? '')]);

    expect(Object.entries(hints)).toEqual(documented);
  });
});

function plain(markdown: string): string {
  return markdown.replaceAll(/\[[^\]]*\]\(([^)#]*)[^)]*\)/g, 'docs/$1').replaceAll('`', '');
}
