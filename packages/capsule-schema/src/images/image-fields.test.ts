import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imageFields } from './image-fields.ts';

it('is the table of fields that docs/format.md publishes', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/format.md'), 'utf8');
  const published = page.slice(page.indexOf('<!-- image fields -->'), page.indexOf('<!-- end of image fields -->'));
  const rows = published.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| API group |'));
  const documented = rows.flatMap((row) => {
    const [groups = [], kinds = [], paths = []] = row.slice(2, -2).split(' | ').map(quoted);
    return (kinds.length === 0 ? [''] : kinds).flatMap((kind) => paths.map((path) => `${groups[0] ?? ''} ${kind} ${path}`));
  });

  const own = imageFields.map(({ apiGroup = '', kind = '', path }) => `${apiGroup} ${kind} ${path}`);
  expect([...documented].sort()).toEqual([...own].sort());
});

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
