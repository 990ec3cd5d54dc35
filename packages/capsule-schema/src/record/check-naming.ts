import { formatImageText } from '../images/image-text.ts';
import { compareUtf8 } from '../path/compare-bytes.ts';
import { inconsistent } from './inconsistent.ts';
import type { ImageName, ImageNaming, ImageValues, ReleaseRecord } from './release-record.ts';

/** Orders names as a record holds them. */
export function compareImageNames(a: ImageName, b: ImageName): number {
  return compareUtf8(a.name, b.name) || compareUtf8(a.tag ?? '', b.tag ?? '');
}

/**
 * Checks what a JSON Schema cannot say of how a record's images are named.
 * @throws {SchemaError} `RECORD_INCONSISTENT`.
 */
export function checkNaming(record: Pick<ReleaseRecord, 'image' | 'images' | 'package'>): void {
  const placed: readonly Placed[] = [
    ...(record.image === undefined ? [] : [{ place: 'image', ...record.image }]),
    ...record.images.map((image, index) => ({ place: `images[${index}]`, ...image })),
  ];
  for (const { place, names, values } of placed) {
    if (values !== undefined && record.package.kind !== 'helm') {
      throw inconsistent(`${place}.values is in a package of the kind ${record.package.kind}`, 'it only in a chart');
    }
    if (names?.length === 0 && values === undefined) throw inconsistent(`${place}.names is empty`, 'a name, or values of a chart');
    checkOrder(place, names ?? []);
    if (values !== undefined) checkPaths(place, values);
  }
  checkMeanings(placed.flatMap(({ names = [] }) => names));
}

interface Placed extends Partial<ImageNaming> {
  readonly place: string;
}

function checkOrder(place: string, names: readonly ImageName[]): void {
  let before: ImageName | undefined;
  for (const name of names) {
    if (before !== undefined && compareImageNames(before, name) >= 0) {
      throw inconsistent(`${place}.names has ${show(name)} after ${show(before)}`, 'each once, sorted by name and tag');
    }
    before = name;
  }
}

/** A name means one image: either the same under every tag, or one for each tag. */
function checkMeanings(names: readonly ImageName[]): void {
  const sorted = [...names].sort(compareImageNames);
  for (const [index, name] of sorted.slice(1).entries()) {
    const before = sorted[index];
    if (before?.name !== name.name || (before.tag !== undefined && before.tag !== name.tag)) continue;
    throw inconsistent(`${show(before)} and ${show(name)} are both names`, 'each name to mean one image');
  }
}

/** No two paths are equal, and none leads through another: a value is a text or a mapping, never both. */
function checkPaths(place: string, values: ImageValues): void {
  const paths = Object.values(values).filter((path) => path !== undefined);
  for (const [index, path] of paths.entries()) {
    const clash = paths.find((other, at) => at !== index && `${other}.`.startsWith(`${path}.`));
    if (clash !== undefined) throw inconsistent(`${place}.values has "${path}" and "${clash}"`, 'paths of different values');
  }
}

function show(name: ImageName): string {
  return `"${formatImageText(name)}"`;
}
