import type { LockedImage, ReleaseRecord } from '@release-capsule/schema';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import { commitRows, packageRows, type Row } from '../output/inspection-rows.ts';
import { namingRows } from '../output/naming-rows.ts';
import { element, type Markup } from './markup.ts';
import { rowsTable, titledCard } from './rows-table.ts';

/** Shows the record of a release, but for its images. Annotations stand apart: their labels are the release's own words. */
export function recordCards(inspection: Inspection): readonly Markup[] {
  const { release } = inspection;
  const annotations = Object.entries(release.annotations);
  return [
    element('div', { class: 'card' }, rowsTable([...commitRows(inspection), ...packageRows(inspection), ...sourceRows(release)])),
    ...(annotations.length === 0 ? [] : [titledCard('Annotations, as the release chose them', annotations)]),
  ];
}

/** Shows each image that the package may run. */
export function imageCards({ image, images }: ReleaseRecord): readonly Markup[] {
  const application = image === undefined ? [] : [imageCard('The application image', image)];
  const others = images.map((other) => imageCard('Another image that the package runs', other));
  const all = [...application, ...others];
  return all.length === 0 ? [element('p', {}, 'The record names no image.')] : all;
}

function sourceRows({ source: { tree, dereferenced, additions } }: ReleaseRecord): readonly Row[] {
  return [
    ...(tree === undefined ? [] : [['git tree', tree] as const]),
    ...dereferenced.map(({ path, target }) => ['link packed as file', `${path} → ${target}`] as const),
    ...additions.map(({ path, sha256, reason }) => ['not from the commit', `${path}, ${sha256}: ${reason}`] as const),
  ];
}

function imageCard(title: string, { repoURL, tag, digest, names = [], values }: LockedImage): Markup {
  const rows: readonly Row[] = [
    ['repository', repoURL],
    ...(tag === undefined ? [] : [['tag', tag] as const]),
    ['digest', digest],
    ...namingRows({ names, values }),
  ];
  return titledCard(title, rows);
}
