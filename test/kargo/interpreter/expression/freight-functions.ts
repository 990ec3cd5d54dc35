import { ExpressionError } from './errors.ts';
import type { ExpressionFunction } from './evaluate-expression.ts';
import { Struct } from './values.ts';

/** An image of a Freight. */
export interface FreightImage {
  readonly repoURL: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a promotion is made from: one Freight of one Warehouse. */
export interface TargetFreight {
  readonly name: string;
  readonly alias?: string;
  /** The name of the Warehouse. */
  readonly origin: string;
  readonly images: readonly FreightImage[];
}

/** The Warehouses that a Stage requests Freight from, and the image repositories that each subscribes to. */
export type Subscriptions = Readonly<Record<string, readonly string[]>>;

/**
 * Makes the functions that read the Freight. An image is found by the exact text of its repository, and only in a Warehouse that
 * subscribes to it; else the result is nil. Source: Kargo v1.11.2, pkg/controller/freight/finder.go, FindImage.
 */
export function freightFunctions(freight: TargetFreight, subscriptions: Subscriptions): Readonly<Record<string, ExpressionFunction>> {
  return {
    warehouse: (name) => new Origin(String(name)),
    imageFrom(repoURL, origin) {
      const from = origin instanceof Origin ? origin.name : soleOrigin(String(repoURL), subscriptions);
      const image = from === freight.origin ? freight.images.find((each) => each.repoURL === repoURL) : undefined;
      return image === undefined ? null : imageStruct(image);
    },
  };
}

class Origin {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function soleOrigin(repoURL: string, subscriptions: Subscriptions): string | undefined {
  const origins = Object.entries(subscriptions).filter(([, images]) => images.includes(repoURL));
  if (origins.length > 1) throw new ExpressionError(`multiple requested Freight could provide an image from ${repoURL}`);
  return origins[0]?.[0];
}

function imageStruct(image: FreightImage): Struct {
  const { repoURL, tag = '', digest = '', annotations = {} } = image;
  return new Struct({ RepoURL: repoURL, Tag: tag, Digest: digest, Annotations: annotations }, { ...image });
}
