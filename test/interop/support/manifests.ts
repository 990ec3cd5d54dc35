import { parseAllDocuments } from 'yaml';

/** A Kubernetes object, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  // What differs between kinds is for the test that knows the kind to say.
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/** Reads rendered manifests. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** Finds the one manifest of a kind. */
export function oneOf(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} of kind ${kind}, wanted one`);
  return found;
}

/** Finds what stands at a path such as `spec.template.spec.containers.0.image`. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, key) => (inside as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}

/** Tells whether a selector's `matchLabels` select what has these labels. */
export function selects(matchLabels: unknown, labels: unknown): boolean {
  const wanted = Object.entries((matchLabels ?? {}) as Labels);
  return wanted.length > 0 && wanted.every(([name, value]) => (labels as Labels)[name] === value);
}
