import type { InspectedFile } from '../inspect/inspect-capsule.ts';
import { count, formatBytes } from '../output/table.ts';
import { element, type Markup } from './markup.ts';

const maxOpenFiles = 200; // more begin folded: a person looks for a folder first

/** Shows files by the folder that they are in, each with its size and SHA-256. A folder can be folded. */
export function fileFolders(files: readonly InspectedFile[]): readonly Markup[] {
  const folders = Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const open = files.length > maxOpenFiles ? {} : { open: '' as const };
  return [...folders].map(([folder, inside]) => {
    const items = inside.map((file) => fileItem(folder, file));
    return element('details', open, folderSummary(folder, inside), element('ul', { class: 'listing' }, ...items));
  });
}

function folderSummary(folder: string, files: readonly InspectedFile[]): Markup {
  const size = formatBytes(files.reduce((sum, file) => sum + file.size, 0));
  const name = element('code', {}, folder === '' ? './' : folder);
  return element('summary', {}, name, ' ', element('span', { class: 'quiet' }, `${count(files.length, 'file')}, ${size}`));
}

function fileItem(folder: string, { path, size, executable, sha256 }: InspectedFile): Markup {
  const mark = executable ? [' ', element('span', { class: 'quiet' }, 'executable')] : [];
  return element(
    'li',
    {},
    element('span', {}, element('code', {}, path.slice(folder.length)), ...mark),
    element('span', { class: 'size' }, formatBytes(size)),
    element('code', { class: 'digest' }, `sha256:${sha256}`),
  );
}
