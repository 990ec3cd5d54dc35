import { type FoundImage, type ImageValues, type ImageName, isNamed, type NamedImages, parseImageText } from '@release-capsule/schema';
import { PromoteError } from '../errors.ts';
import { isInLabels } from './labels.ts';
import type { RenderedChart } from './render-chart.ts';
import { nestedValues, valuesFor, type WholeImage } from './set-values.ts';
import { type LeafRole, leavesNear, roleOf, type ValueLeaf } from './value-leaves.ts';

/** A chart, and how it is rendered with other values. */
export interface ProbedChart {
  /** Its images with no value changed. */
  readonly found: readonly FoundImage[];
  /** Those that its bytes show. */
  readonly shown: NamedImages;
  readonly leaves: readonly ValueLeaf[];
  /** Renders it with values that count more than all others. */
  render(values: object): Promise<RenderedChart>;
}

/** Something that no chart has, and no registry either. */
const target: WholeImage = {
  name: 'registry.invalid/capsule/probe',
  tag: `git-${'0'.repeat(40)}`,
  digest: `sha256:${'d'.repeat(64)}`,
};

/**
 * Finds the values of a chart that set an image, by changing them and looking: all of its places get exactly the name and
 * digest that were set, and no other image changes. Undefined if no values do so.
 * @param stated values to try alone.
 * @throws {PromoteError} `RENDER_LIMIT`, `RENDERER_UNAVAILABLE`.
 */
export async function findValues(chart: ProbedChart, names: readonly ImageName[], stated?: ImageValues): Promise<ImageValues | undefined> {
  const probe = new Probe(chart, names);
  if (stated !== undefined) return (await probe.sets(stated)) ? stated : undefined;
  const shown = chart.shown.values.filter(({ image }) => isNamed(image, { names })).map(({ paths }) => paths);
  for (const paths of shown) {
    const found = await probe.firstOf(paths);
    if (found !== undefined) return found;
  }
  const seen = await probe.look();
  return seen === undefined ? undefined : probe.firstOf(seen);
}

class Probe {
  readonly #chart: ProbedChart;
  readonly #own: ReadonlySet<string>;
  readonly #before: ReadonlyMap<string, string>;

  constructor(chart: ProbedChart, names: readonly ImageName[]) {
    this.#chart = chart;
    this.#before = places(chart.found);
    this.#own = new Set(places(chart.found.filter(({ image }) => image !== undefined && isNamed(image, { names }))).keys());
  }

  /** The first form of some paths that sets the image: the one with most of them. */
  async firstOf(paths: ImageValues): Promise<ImageValues | undefined> {
    for (const form of formsOf(paths)) if (await this.sets(form)) return form;
    return undefined;
  }

  /** Tells whether values set this image wherever it stands, and no other. */
  async sets(paths: ImageValues): Promise<boolean> {
    const rendered = await this.#render(valuesFor(paths, target));
    if (rendered === undefined || this.#own.size === 0 || isInLabels(rendered.text, target.digest)) return false;
    return [...this.#before].every(([place, text]) => {
      const now = rendered.after.get(place);
      return this.#own.has(place) ? now !== undefined && isTarget(now) : now === text;
    });
  }

  /** Changes each value that may set a part of the image, and sees which part changes. */
  async look(): Promise<ImageValues | undefined> {
    const texts = [...this.#own].map((place) => this.#before.get(place) ?? '');
    const byRole = new Map<LeafRole, string>();
    for (const leaf of leavesNear(this.#chart.leaves, texts)) {
      const role = await this.#roleOf(leaf, texts);
      if (role !== undefined && !byRole.has(role)) byRole.set(role, leaf.path);
    }
    const [image, repository] = [byRole.get('image'), byRole.get('repository')];
    if (image !== undefined) return { image };
    if (repository === undefined) return undefined;
    return { repository, tag: byRole.get('tag'), digest: byRole.get('digest'), registry: byRole.get('registry') };
  }

  async #roleOf(leaf: ValueLeaf, texts: readonly string[]): Promise<LeafRole | undefined> {
    const guess = roleOf(leaf.key) ?? 'repository';
    const roles: readonly LeafRole[] = texts.includes(leaf.text) ? ['image', 'repository'] : [guess, 'repository', 'registry'];
    for (const role of new Set(roles)) {
      const { text, isSeen } = marks[role];
      const after = (await this.#render(new Map([[leaf.path, text]])))?.after;
      if (after !== undefined && [...this.#own].every((place) => isSeen(after.get(place) ?? ''))) return role;
    }
    return undefined;
  }

  /** A chart may refuse a value; then it is not the one. */
  async #render(values: ReadonlyMap<string, string>): Promise<{ after: ReadonlyMap<string, string>; text: string } | undefined> {
    try {
      const { found, text } = await this.#chart.render(nestedValues(values));
      return { after: places(found), text };
    } catch (error) {
      if (error instanceof PromoteError && error.code === 'RENDER_FAILED') return undefined;
      throw error;
    }
  }
}

const otherDigest = `sha256:${'c'.repeat(64)}`;
const marks: Readonly<Record<LeafRole, { readonly text: string; readonly isSeen: (image: string) => boolean }>> = {
  image: { text: 'probe.invalid/capsule-probe:probe', isSeen: (image) => image === 'probe.invalid/capsule-probe:probe' },
  repository: { text: 'probe/capsule-probe', isSeen: (image) => parseImageText(image)?.name.endsWith('probe/capsule-probe') ?? false },
  tag: { text: 'capsule-probe', isSeen: (image) => parseImageText(image)?.tag === 'capsule-probe' },
  digest: { text: otherDigest, isSeen: (image) => parseImageText(image)?.digest === otherDigest },
  registry: { text: 'probe.invalid', isSeen: (image) => image.startsWith('probe.invalid/') },
};

/** A chart may not use every value that it has. */
function formsOf(paths: ImageValues): readonly ImageValues[] {
  if ('image' in paths) return [paths];
  const { repository, tag, digest, registry } = paths;
  const registries = registry === undefined ? [{}] : [{ registry }, {}];
  const versions = [
    ...(tag !== undefined && digest !== undefined ? [{ tag, digest }] : []),
    ...(digest === undefined ? [] : [{ digest }]),
    ...(tag === undefined ? [] : [{ tag }]),
  ];
  const parts = registries.flatMap((place) => versions.map((version) => ({ repository, ...version, ...place })));
  return versions.length === 0 ? [{ image: repository }] : parts;
}

function isTarget(text: string): boolean {
  const image = parseImageText(text);
  return image?.name === target.name && image.digest === target.digest && (image.tag === undefined || image.tag === target.tag);
}

/** The texts of image fields, by object and path. */
function places(found: readonly FoundImage[]): ReadonlyMap<string, string> {
  return new Map(
    found.map(({ object: { apiVersion, kind, namespace, name, generateName }, path, text }) => [
      JSON.stringify([apiVersion, kind, namespace, name ?? generateName, path]),
      text,
    ]),
  );
}
