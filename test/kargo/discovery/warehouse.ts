import { freightName } from '../../../packages/verifier/src/freight/freight-name.ts';
import { discoverImages, type ImageCache, type ImageSubscription } from './discover-images.ts';
import type { DiscoveredImage } from './read-image.ts';
import type { SubscribedRepository } from './subscribed-repository.ts';

/** A Freight as Kargo stores it, as far as a verification reads it. */
export interface WarehouseFreight {
  readonly apiVersion: 'kargo.akuity.io/v1alpha1';
  readonly kind: 'Freight';
  readonly metadata: { readonly name: string };
  readonly origin: { readonly kind: 'Warehouse'; readonly name: string };
  readonly images: readonly FreightImage[];
}

interface FreightImage {
  readonly repoURL: string;
  readonly tag: string;
  readonly digest: string;
}

interface WarehouseSpec {
  readonly subscriptions: readonly { readonly image: ImageSubscription }[];
  readonly freightCreationCriteria?: { readonly expression: string };
}

/** What one round of discovery came to. */
export type Round =
  | { readonly is: 'created'; readonly freight: WarehouseFreight }
  | { readonly is: 'already there'; readonly freight: WarehouseFreight }
  | { readonly is: 'criteria not satisfied' }
  | { readonly is: 'nothing found' };

/** A Warehouse that is reconciled by hand. Source: Kargo v1.11.2, pkg/controller/warehouses/warehouses.go, `syncWarehouse`. */
export class Warehouse {
  readonly #name: string;
  readonly #spec: WarehouseSpec;
  readonly #open: (repoURL: string) => SubscribedRepository;
  readonly #cache: ImageCache = new Map();
  readonly #freight = new Map<string, WarehouseFreight>();
  #discovered: readonly (readonly [repoURL: string, images: readonly DiscoveredImage[]])[] = [];

  constructor(manifest: { readonly name: string; readonly object: object }, open: (repoURL: string) => SubscribedRepository) {
    this.#name = manifest.name;
    this.#spec = (manifest.object as { readonly spec: WarehouseSpec }).spec;
    this.#open = open;
  }

  /** Every Freight that was made, by name. */
  get freight(): readonly WarehouseFreight[] {
    return [...this.#freight.values()];
  }

  /** Discovers, then makes a Freight of the newest of each subscription, unless there is one or the criteria object. */
  async reconcile(): Promise<Round> {
    const found = this.#spec.subscriptions.map(async ({ image }) => {
      return [image.repoURL, await discoverImages(image, this.#open(image.repoURL), this.#cache)] as const;
    });
    this.#discovered = await Promise.all(found);
    const newest = this.#discovered.flatMap(([repoURL, [image]]) => (image === undefined ? [] : [{ ...image, repoURL }]));
    if (newest.length < this.#discovered.length) return { is: 'nothing found' };
    if (!isSatisfied(this.#spec.freightCreationCriteria?.expression, newest)) return { is: 'criteria not satisfied' };
    return this.#keep(this.#freightOf(newest));
  }

  /** Makes a Freight of what was discovered, as somebody does in the UI; the criteria are not asked. */
  assemble(...tags: readonly string[]): WarehouseFreight | undefined {
    const chosen = this.#discovered.flatMap(([repoURL, images], index) => {
      const image = images.find(({ tag }) => tag === (tags[index] ?? tags[0]));
      return image === undefined ? [] : [{ ...image, repoURL }];
    });
    if (chosen.length < this.#discovered.length) return undefined;
    const round = this.#keep(this.#freightOf(chosen));
    return 'freight' in round ? round.freight : undefined;
  }

  #keep(freight: WarehouseFreight): Round {
    if (this.#freight.has(freight.metadata.name)) return { is: 'already there', freight };
    this.#freight.set(freight.metadata.name, freight);
    return { is: 'created', freight };
  }

  #freightOf(found: readonly FreightImage[]): WarehouseFreight {
    const images = found.map(({ repoURL, tag, digest }) => ({ repoURL, tag, digest }));
    const origin = { kind: 'Warehouse', name: this.#name } as const;
    const name = freightName({ origin, images, commits: [], charts: [], artifacts: [] }) ?? '';
    return { apiVersion: 'kargo.akuity.io/v1alpha1', kind: 'Freight', metadata: { name }, origin, images };
  }
}

/**
 * Evaluates the one form of criteria that our manifest has, on the newest of each subscription alone.
 * Source: Kargo v1.11.2, warehouses.go, `freightCreationCriteriaSatisfied`; pkg/expressions/function/functions.go,
 * `getImageFromDiscoveredArtifacts`.
 */
function isSatisfied(expression: string | undefined, newest: readonly FreightImage[]): boolean {
  if (expression === undefined) return true;
  const sides = /^imageFrom\('([^']+)'\)\.Tag == imageFrom\('([^']+)'\)\.Tag$/.exec(expression.trim());
  if (sides === null) throw new Error(`not modelled: ${expression}`);
  const [one, other] = sides.slice(1).map((repoURL) => newest.find((image) => image.repoURL === repoURL)?.tag);
  return one === other;
}
