import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { isRecord, type ValueMap } from './expression/values.ts';

/** What a resource is called. */
export interface ResourceName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Of what a file's name is made. */
export type NameParts = (name: ResourceName) => readonly string[];

/** Reads the resources of a stream of YAML documents. */
export function readResources(text: string): readonly ValueMap[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS()).filter(isRecord);
}

/**
 * Writes resources to one file, or into a directory under names made of their own.
 * Source: Kargo v1.11.2, builtin/kustomize_builder.go, writeResult; builtin/resource_filename.go.
 */
export function writeResources(outPath: string, resources: readonly ValueMap[], nameParts: NameParts): void {
  if (['.yaml', '.yml'].includes(extname(outPath))) {
    mkdirSync(dirname(outPath), { recursive: true });
    return writeFileSync(outPath, resources.map((resource) => stringify(resource)).join('---\n'));
  }
  mkdirSync(outPath, { recursive: true });
  for (const resource of resources) {
    const file = `${nameParts(nameOf(resource)).filter((part) => part !== '').join('-')}.yaml`.toLowerCase();
    if (/[/\\]/.test(file)) throw new Error(`unsafe generated resource filename "${file}"`);
    writeFileSync(join(outPath, file), stringify(resource, { sortMapEntries: true }));
  }
}

function nameOf({ apiVersion, kind, metadata }: ValueMap): ResourceName {
  const { name = '', namespace = '' } = isRecord(metadata) ? metadata : {};
  const group = String(apiVersion).split('/').slice(0, -1).join('/');
  return { group, kind: String(kind), namespace: String(namespace), name: String(name) };
}
