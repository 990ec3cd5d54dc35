import type { InspectedFile } from '../inspect/inspect-capsule.ts';
import type { Style } from './style.ts';
import { formatBytes } from './table.ts';

const maxFiles = 200; // what a person scrolls through; --json lists them all

/** Draws files as an indented tree, with size and the beginning of the SHA-256. */
export function treeLines(files: readonly InspectedFile[], style: Style): readonly string[] {
  const shown = files.slice(0, maxFiles);
  const lines: { readonly name: string; readonly file?: InspectedFile }[] = [];
  let open: readonly string[] = [];
  for (const file of shown) {
    const segments = file.path.split('/');
    const directories = segments.slice(0, -1);
    const shared = commonLength(open, directories);
    directories.slice(shared).forEach((name, index) => lines.push({ name: `${indent(shared + index)}${name}/` }));
    lines.push({ name: `${indent(directories.length)}${segments.at(-1) ?? ''}${file.executable ? '*' : ''}`, file });
    open = directories;
  }
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  const drawn = lines.map(({ name, file }) => {
    if (file === undefined) return style.cyan(name);
    return `${name.padEnd(width)}  ${formatBytes(file.size).padStart(9)}  ${style.dim(file.sha256.slice(0, 12))}`;
  });
  if (files.length > maxFiles) drawn.push(style.dim(`  and ${files.length - maxFiles} more; --json lists them all`));
  return drawn;
}

function indent(depth: number): string {
  return '  '.repeat(depth + 1);
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
