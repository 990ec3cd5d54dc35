import { type ImageText, type ImageValues, normaliseImageName } from '@release-capsule/schema';

/** An image in full, to set values to. */
export interface WholeImage extends ImageText {
  readonly tag: string;
  readonly digest: string;
}

/**
 * Says which values give an image: a digest belongs behind the tag where the chart has no value for it.
 * @returns the texts by their paths.
 */
export function valuesFor(paths: ImageValues, { name, tag, digest }: WholeImage): ReadonlyMap<string, string> {
  if ('image' in paths) return new Map([[paths.image, `${name}:${tag}@${digest}`]]);
  const { registry, repository } = paths.registry === undefined ? { registry: '', repository: name } : splitRegistry(name);
  const texts: readonly (readonly [string | undefined, string])[] = [
    [paths.registry, registry],
    [paths.repository, repository],
    [paths.tag, paths.digest === undefined ? `${tag}@${digest}` : tag],
    [paths.digest, digest],
  ];
  return new Map(texts.flatMap(([path, text]) => (path === undefined ? [] : [[path, text] as const])));
}

/** Nests texts by the keys in their paths, as a values file has them. */
export function nestedValues(texts: ReadonlyMap<string, string>): object {
  const values: Nested = Object.create(null);
  for (const [path, text] of texts) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let place = values;
    for (const key of keys) {
      const next: Nested | string = place[key] ?? Object.create(null);
      if (typeof next === 'string') break;
      place[key] = next;
      place = next;
    }
    place[last] = text;
  }
  return values;
}

interface Nested {
  [key: string]: Nested | string;
}

function splitRegistry(name: string): { readonly registry: string; readonly repository: string } {
  const whole = normaliseImageName(name);
  const slash = whole.indexOf('/');
  return { registry: whole.slice(0, slash), repository: whole.slice(slash + 1) };
}
