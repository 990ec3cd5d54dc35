import type { Row } from '../output/inspection-rows.ts';
import { element, type Markup } from './markup.ts';

/** Shows labels, and beside each what it labels. */
export function rowsTable(rows: readonly Row[]): Markup {
  const cells = rows.flatMap(([label, value]) => [element('dt', {}, label), element('dd', {}, element('code', {}, value))]);
  return element('dl', { class: 'rows' }, ...cells);
}

/** Shows such rows under a title of their own. */
export function titledCard(title: string, rows: readonly Row[]): Markup {
  return element('div', { class: 'card' }, element('h3', {}, title), rowsTable(rows));
}
