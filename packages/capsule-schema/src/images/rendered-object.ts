import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { type AliasTargets, targetOf } from './alias-targets.ts';

/** Which object something was found in, as far as the object says. Texts that are missing are empty. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** Of an object that gets its name when it is created. */
  readonly generateName?: string | undefined;
}

/** Reads which object a mapping is. Of a key that stands there twice the last counts, as for most readers. */
export function renderedObject(map: YAMLMap, targets: AliasTargets): RenderedObject {
  const text = (parent: YAMLMap | undefined, key: string): string | undefined => textOf(valueOf(parent, key, targets));
  const metadata = valueOf(map, 'metadata', targets);
  const inMetadata = (key: string): string | undefined => text(isMap(metadata) ? metadata : undefined, key);
  return {
    apiVersion: text(map, 'apiVersion') ?? '',
    kind: text(map, 'kind') ?? '',
    namespace: inMetadata('namespace'),
    name: inMetadata('name'),
    generateName: inMetadata('generateName'),
  };
}

/** The objects in a list of objects (`kind: List`, `kind: ConfigMapList`); undefined for any other object. */
export function itemsOf(map: YAMLMap, { kind }: RenderedObject, targets: AliasTargets): readonly YAMLMap[] | undefined {
  const items = kind.endsWith('List') ? valueOf(map, 'items', targets) : undefined;
  if (!isSeq(items)) return undefined;
  const objects = items.items.map((item) => targetOf(item, targets));
  return objects.every((item): item is YAMLMap => isMap(item) && valueOf(item, 'kind', targets) !== undefined) ? objects : undefined;
}

/** Says for people which object it is. */
export function describeObject({ kind, namespace, name, generateName }: RenderedObject): string {
  const named = name ?? (generateName === undefined ? '(no name)' : `${generateName}*`);
  return `${kind === '' ? 'an object' : kind} ${namespace === undefined ? '' : `${namespace}/`}${named}`;
}

function valueOf(map: YAMLMap | undefined, key: string, targets: AliasTargets): Node | undefined {
  const pair = map?.items.findLast((item) => isScalar(item.key) && item.key.value === key);
  return targetOf(pair?.value, targets);
}

function textOf(node: Node | undefined): string | undefined {
  return isScalar(node) && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}
