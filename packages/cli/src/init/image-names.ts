import { parseYaml, SchemaError } from '@release-capsule/schema';

const maxYamlBytes = 64 * 1024; // a kustomization or values file; parsing costs more than looking

/** Reads the names that a kustomization gives images. */
export function imagesOfKustomization(text: string): readonly string[] {
  const { images } = mappingOf(parse(text));
  if (!Array.isArray(images)) return [];
  return images.map(mappingOf).flatMap(({ name, newName }) => newName ?? name ?? []).filter(isText);
}

/** Reads the names that a kustomization of the package has replaced, when something outside looks at the images. */
export function replacedNames(text: string): readonly string[] {
  const { images } = mappingOf(parse(text));
  if (!Array.isArray(images)) return [];
  return images.map(mappingOf).flatMap(({ name, newName }) => (isText(name) && isText(newName) ? [name] : []));
}

/** Reads the image that a chart's values name. */
export function imagesOfValues(text: string): readonly string[] {
  const { image } = mappingOf(parse(text));
  if (isText(image)) return [image];
  const { registry, repository } = mappingOf(image);
  if (!isText(repository)) return [];
  return [isText(registry) && registry !== '' ? `${registry}/${repository}` : repository];
}

/**
 * Reads the images that a manifest or template names. Manifests may be of several documents, and templates no YAML at all: what a
 * line says is enough to suggest.
 */
export function imagesOfManifest(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:-\s+)?image:\s*["']?([^\s"'#{}]+)["']?\s*(?:#.*)?$/gm)].map((match) => match[1] ?? '');
}

function parse(text: string): unknown {
  try {
    return parseYaml(Buffer.from(text), { what: 'the file', maxBytes: maxYamlBytes });
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
