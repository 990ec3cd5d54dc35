import type { Aim, Result, Row } from './row.ts';
import type { Spread } from './spread.ts';

const titles = ['what', 'ours : theirs', 'ratio (min–max)', 'CPU', 'medians', 'aim', 'met'];

/** Lays rows out as a table for people, a part for each group; the ratio stands first, times only beside it. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((line) => (line[column] ?? '').length)));
  const align = (line: readonly string[]): string => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  const lines = rows.flatMap(({ group }, index) => {
    const isFirst = group !== rows[index - 1]?.group;
    return [...(isFirst ? ['', group] : []), `  ${align(cells[index] ?? [])}`];
  });
  return [`  ${align(titles)}`, ...lines].join('\n');
}

function cellsOf({ subject, ours, theirs, result, aim, isMet, missing }: Row): readonly string[] {
  const sides = `${ours} : ${theirs}`;
  const met = isMet === undefined ? '' : isMet ? 'yes' : 'NO';
  if (result === undefined) return [subject, sides, missing ?? '', '', '', formatAim(aim), met];
  return [subject, sides, formatSpread(result.ratio), formatCpu(result), formatMedians(result), formatAim(aim), met];
}

function formatSpread({ median, min, max }: Spread): string {
  return `×${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function formatCpu({ cpuRatio }: Result): string {
  return cpuRatio === undefined ? '' : `×${cpuRatio.median.toFixed(2)}`;
}

function formatMedians({ unit, ours, theirs }: Result): string {
  return `${formatNumber(ours.median)} : ${formatNumber(theirs.median)} ${unit}`;
}

function formatNumber(value: number): string {
  return value.toFixed(0);
}

function formatAim(aim: Aim | undefined): string {
  if (aim === undefined) return 'none';
  return aim.text ?? `≤ ${aim.atMost}`;
}
