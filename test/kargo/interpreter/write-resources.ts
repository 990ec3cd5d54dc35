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

/** Whether a step writes everything into one file. Source: Kargo v1.11.2, builtin/kustomize_builder.go, writeResult. */
export function isYamlFile(outPath: string): boolean {
  return ['.yaml', '.yml'].includes(extname(outPath));
}

/**
 * Writes what was rendered into one file as it is, or into a directory, a file for each resource under a name made of its own. There
 * a resource takes the place of another whose name reads the same, without a word.
 * Source: Kargo v1.11.2, builtin/kustomize_builder.go, writeResult and writeResource; builtin/helm_template_runner.go, writeOutput and
 * writeResourcesFlat; builtin/resource_filename.go.
 */
export function writeRendered(outPath: string, text: string, nameParts: NameParts): void {
  if (isYamlFile(outPath)) {
    mkdirSync(dirname(outPath), { recursive: true });
    return writeFileSync(outPath, text);
  }
  mkdirSync(outPath, { recursive: true });
  for (const resource of readResources(text)) {
    const file = `${nameParts(nameOf(resource)).filter((part) => part !== '').join('-')}.yaml`.toLowerCase();
    if (/[/\\]/.test(file)) throw new Error(`unsafe generated resource filename "${file}"`);
    writeFileSync(join(outPath, file), stringify(resource, { sortMapEntries: true }));
  }
}

function readResources(text: string): readonly ValueMap[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS()).filter(isRecord);
}

function nameOf({ apiVersion, kind, metadata }: ValueMap): ResourceName {
  const { name = '', namespace = '' } = isRecord(metadata) ? metadata : {};
  const group = String(apiVersion).split('/').slice(0, -1).join('/');
  return { group, kind: String(kind), namespace: String(namespace), name: String(name) };
}
